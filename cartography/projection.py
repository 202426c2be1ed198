"""Convert longitude and latitude to coordinates on the map."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

CUT = -168.5  # the meridian at which the globe is opened: through the Bering Strait, not Chukotka
MIDDLE = CUT + 180

A1, A2, A3, A4 = 1.340264, -0.081106, 0.000893, 0.003796
M = np.sqrt(3) / 2


def equal_earth(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Rows of longitude (CUT to CUT + 360) and latitude, in degrees, as x and y of the unit sphere.

    Equal Earth keeps areas in proportion, so that no country looks more important than it is.
    y grows to the south, as on a screen.
    Šavrič, Patterson, Jenny: The Equal Earth map projection. International Journal of Geographical
    Information Science 33 (2019), 454-465, https://doi.org/10.1080/13658816.2018.1504949
    """
    along = np.radians(points[:, 0] - MIDDLE)
    theta = np.arcsin(M * np.sin(np.radians(points[:, 1])))
    power2, power6 = theta**2, theta**6
    x = along * np.cos(theta) / (M * (A1 + 3 * A2 * power2 + power6 * (7 * A3 + 9 * A4 * power2)))
    y = theta * (A1 + A2 * power2 + power6 * (A3 + A4 * power2))
    return np.column_stack([x, -y])

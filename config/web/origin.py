"""Where a posted form came from. Public forms carry no cookie that a token could hang on."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from ipaddress import ip_address, ip_network
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware
from django.views.decorators.csrf import csrf_exempt

from config.text.hosts import plain_netloc

View = Callable[..., HttpResponseBase]


def from_this_site(view: View) -> View:
    """Let a POST in only when the browser says that one of our own pages sent it.

    Browsers send Origin with every POST, and Sec-Fetch-Site besides; a program that sends
    neither acts for nobody but itself and is let in.
    """

    @csrf_exempt
    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "POST" and not _is_own(request):
            raise PermissionDenied("This form was sent from another site.")
        return view(request, *args, **kwargs)

    return checked


def _is_own(request: HttpRequest) -> bool:
    """What the browser says of where a form came from.

    Sec-Fetch-Site is the stronger sign: no page can set it or leave it out. Origin is "null" also
    for our own forms where a proxy sets `Referrer-Policy: no-referrer`.
    """
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site is not None and site not in {"same-origin", "none"}:
        return False
    if origin == "null":
        return site is not None
    return origin is None or _same_host(origin, request.get_host())


def _same_host(origin: str, host: str) -> bool:
    """Whether both are one; a proxy may name the port that the scheme has anyway."""
    try:
        address = urlsplit(origin)
        ours = urlsplit(f"{address.scheme}://{host}")
        return bool(address.netloc) and (
            origin == f"{address.scheme}://{address.netloc}"
            and "@" not in address.netloc
            and plain_netloc(address) == plain_netloc(ours)
        )
    except ValueError:
        return False


class CsrfMiddleware(CsrfViewMiddleware):
    """Django's, which would refuse every form of the admin behind such a proxy.

    The token is checked all the same.
    """

    def _origin_verified(self, request: HttpRequest) -> bool:
        verified: bool = super()._origin_verified(request)  # type: ignore[misc]
        return verified or _is_own(request)


def network_of(request: HttpRequest) -> str:
    """The network that a request came from: the /24 of an IPv4 address, the /48 of an IPv6 one.

    With TRUSTED_PROXIES = n, the n-th entry of X-Forwarded-For from the right is the address;
    entries left of it are the client's own words, and a request with fewer entries came past
    the proxies, so its own address counts. An unreadable address is "unknown".
    """
    address = request.META.get("REMOTE_ADDR", "")
    if settings.TRUSTED_PROXIES:
        forwarded = request.headers.get("X-Forwarded-For", "").strip()
        hops = forwarded.split(",") if forwarded else []
        if len(hops) >= settings.TRUSTED_PROXIES:
            address = hops[-settings.TRUSTED_PROXIES]
    try:
        parsed = ip_address(_without_port(address))
    except ValueError:
        return "unknown"
    # A server that listens on IPv6 gives IPv4 addresses as ::ffff:192.0.2.1.
    parsed = getattr(parsed, "ipv4_mapped", None) or parsed
    return str(ip_network((parsed, 24 if parsed.version == 4 else 48), strict=False))


def _without_port(text: str) -> str:
    """The address alone; some proxies add a port, and write IPv6 in brackets or quotes."""
    text = text.strip().strip('"').strip()
    bracketed = re.fullmatch(r"\[([^\]]*)\](?::\d*)?", text, re.ASCII)
    if bracketed:
        return bracketed[1]
    return re.sub(r"^([\d.]+):\d*$", r"\1", text, flags=re.ASCII)

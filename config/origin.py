"""Where a posted form came from. Public forms carry no cookie that a token could hang on."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from ipaddress import ip_address, ip_network
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

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
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        return False
    origin = request.headers.get("Origin")
    return origin is None or origin.partition("://")[2] == request.get_host()


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
            address = hops[-settings.TRUSTED_PROXIES].strip()
    try:
        parsed = ip_address(address)
    except ValueError:
        return "unknown"
    # A server that listens on IPv6 gives IPv4 addresses as ::ffff:192.0.2.1.
    parsed = getattr(parsed, "ipv4_mapped", None) or parsed
    return str(ip_network((parsed, 24 if parsed.version == 4 else 48), strict=False))

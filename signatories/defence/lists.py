"""Blocked and allowed email domains and networks.

The site knows a signature's network only as a /24 or /48, so entries are these or wider. To match,
it looks up the few possible values: all parent domains of the address and all networks around the
signature's.
"""

from __future__ import annotations

import re
from datetime import datetime
from ipaddress import IPv4Network, IPv6Network, ip_network

from django.db.models import Q
from django.utils.translation import gettext as _

from config.text.hosts import ascii_host
from signatories.errors import NotListable
from signatories.models import Listing
from signatories.recognition.domains import registrable

Kind, Verdict = Listing.Kind, Listing.Verdict
Network = IPv4Network | IPv6Network

# By IP version: the prefix that network_of leaves, and the widest that can still belong to a
# single operator.
NARROWEST = {4: 24, 6: 48}
WIDEST = {4: 8, 6: 19}

_DOMAIN = re.compile(r"[a-z0-9_.-]+\.(?!\d+$)[a-z0-9-]{2,63}")


def domain_of(email: str) -> str:
    """The domain of an email address in DNS form; "" if it has none."""
    return _ascii_domain(email.rpartition("@")[2])


def _ascii_domain(text: str) -> str:
    domain = ascii_host(text.strip().strip("."))
    return domain if _DOMAIN.fullmatch(domain) else ""


def clean_domain(text: str) -> str:
    """A domain in canonical form, without a leading @ or *. Raises NotListable."""
    domain = _ascii_domain(text.strip().rpartition("@")[2].removeprefix("*."))
    if not domain or not registrable(domain):
        raise NotListable(_("Enter a domain that somebody owns, such as example.org."))
    return domain


def clean_network(text: str) -> str:
    """A network in CIDR form. Raises NotListable if it is invalid, too small or too large."""
    network = read_network(text)
    if network is None:
        raise NotListable(_("Enter a network, such as 192.0.2.0/24 or 2001:db8::/48."))
    narrowest, widest = NARROWEST[network.version], WIDEST[network.version]
    if not widest <= network.prefixlen <= narrowest:
        raise NotListable(
            _(
                "The site stores whole networks, not single addresses. Enter one between"
                " /%(widest)s and /%(narrowest)s, such as %(example)s."
            )
            % {
                "widest": widest,
                "narrowest": narrowest,
                "example": network.supernet(new_prefix=narrowest)
                if network.prefixlen > narrowest
                else "192.0.2.0/24, 2001:db8::/48",
            }
        )
    return str(network)


def read_network(text: str) -> Network | None:
    """The network in a text, with host bits ignored; None if it is not a network.

    IPv4 written as IPv6 (::ffff:192.0.2.0/120) becomes the IPv4 network.
    """
    try:
        network = ip_network(text.strip(), strict=False)
    except ValueError:
        return None
    if isinstance(network, IPv6Network) and network.prefixlen >= 96:
        mapped = network.network_address.ipv4_mapped
        if mapped is not None:
            return IPv4Network((mapped, network.prefixlen - 96), strict=False)
    return network


def is_within(inner: str, outer: str) -> bool:
    """Whether the network `inner` is `outer` or a part of it."""
    one, other = read_network(inner), read_network(outer)
    if isinstance(one, IPv4Network) and isinstance(other, IPv4Network):
        return one.subnet_of(other)
    if isinstance(one, IPv6Network) and isinstance(other, IPv6Network):
        return one.subnet_of(other)
    return False


def is_at_or_below(domain: str, above: str) -> bool:
    """Whether a domain is `above` or one of its subdomains."""
    return domain == above or domain.endswith(f".{above}")


def verdict_on(*, domain: str, network: str, now: datetime) -> str | None:
    """Whether a sender is blocked or allowed; allowed wins. None if it is not listed."""
    labels = domain.split(".") if domain else []
    domains = [".".join(labels[place:]) for place in range(len(labels))]
    found = set(
        Listing.objects.in_force(now)
        .filter(
            Q(kind=Kind.DOMAIN, value__in=domains)
            | Q(kind=Kind.NETWORK, value__in=_networks_around(network))
        )
        .values_list("verdict", flat=True)
    )
    return next(
        (verdict for verdict in (Verdict.ALLOWED, Verdict.BLOCKED) if verdict in found), None
    )


def _networks_around(text: str) -> list[str]:
    network = read_network(text)
    if network is None:
        return []
    widest = WIDEST[network.version]
    return [
        str(network.supernet(new_prefix=prefix))
        for prefix in range(widest, min(network.prefixlen, NARROWEST[network.version]) + 1)
    ]

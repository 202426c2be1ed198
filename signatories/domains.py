"""Whether an e-mail address belongs to an organisation's website."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import urlsplit

from publicsuffixlist import PublicSuffixList

# Hosts where anybody can have an address or a page: such a domain is nobody's own.
SHARED = frozenset(
    """
    gmail.com googlemail.com google.com outlook.com hotmail.com live.com msn.com yahoo.com
    ymail.com icloud.com me.com mac.com aol.com proton.me protonmail.com pm.me tutanota.com
    tuta.com gmx.com gmx.de gmx.net gmx.at gmx.ch web.de t-online.de freenet.de posteo.de
    mailbox.org riseup.net autistici.org mail.ru bk.ru inbox.ru list.ru yandex.ru yandex.com
    ya.ru rambler.ru ukr.net i.ua wp.pl o2.pl onet.pl interia.pl op.pl seznam.cz email.cz
    centrum.cz abv.bg orange.fr wanadoo.fr free.fr laposte.net sfr.fr libero.it virgilio.it
    tiscali.it qq.com 163.com 126.com sina.com naver.com daum.net hanmail.net rediffmail.com
    zoho.com fastmail.com hey.com mail.com hushmail.com bluewin.ch telenet.be skynet.be
    facebook.com instagram.com x.com twitter.com linkedin.com youtube.com vk.com ok.ru t.me
    telegram.me medium.com substack.com linktr.ee sites.google.com wixsite.com weebly.com
    wordpress.com blogspot.com github.io gitlab.io jimdofree.com jimdosite.com squarespace.com
    webnode.com tilda.ws notion.site carrd.co
    """.split()  # noqa: SIM905 - a table of words reads better than 90 quoted ones
)


@lru_cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList(accept_unknown=True)


def registrable_domain(host: str) -> str:
    """The part of a host name that one holder registered, such as example.org.uk.

    By the public suffix list that publicsuffixlist ships. Empty when there is none, as for an
    address in digits or a bare suffix.
    """
    host = host.strip().rstrip(".").lower()
    if not host or host.replace(".", "").isdigit() or ":" in host:
        return ""
    try:
        host = host.encode("idna").decode()
    except UnicodeError:
        return ""
    return _suffixes().privatesuffix(host) or ""


def website_domain(website: str) -> str:
    """The domain that a website's address proves to be its holder's own; empty if none."""
    host = urlsplit(website).hostname or ""
    return _own(host)


def email_domain(email: str) -> str:
    """The domain that an e-mail address proves to be its holder's own; empty if none."""
    return _own(email.rpartition("@")[2])


def _own(host: str) -> str:
    domain = registrable_domain(host)
    return "" if domain in SHARED or host.lower() in SHARED else domain


def is_own_domain(*, email: str, website: str) -> bool:
    """Whether the address is at the website's own domain."""
    domain = website_domain(website)
    return bool(domain) and domain == email_domain(email)

"""Check digits of register numbers. Each function takes a number in its register's form."""

from __future__ import annotations

from collections.abc import Callable, Sequence

CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"


def _sum(number: str, weights: Sequence[int]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(number, weights, strict=False))


def _luhn(number: str) -> bool:
    doubled = [
        int(digit) * 2 if place % 2 else int(digit) for place, digit in enumerate(number[::-1])
    ]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def _ror(number: str) -> bool:
    """ISO 7064 mod 97-10 over the six characters of Crockford's base 32 after the leading 0."""
    value = 0
    for letter in number[1:7]:
        value = value * 32 + CROCKFORD.index(letter)
    return int(number[7:]) == 98 - value * 100 % 97


def _iso7064(number: str) -> bool:
    return int("".join(str(int(letter, 36)) for letter in number)) % 97 == 1


def _abn(number: str) -> bool:
    first = str(int(number[0]) - 1) if number[0] != "0" else "9"
    return _sum(first + number[1:], (10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19)) % 89 == 0


def _bce(number: str) -> bool:
    return int(number[8:]) == 97 - int(number[:8]) % 97


def _modulo_11(weights: Sequence[int], *, ten: int | None = None) -> Callable[[str], bool]:
    """The last digit makes the weighted sum a multiple of 11; 10 is written as `ten`."""

    def check(number: str) -> bool:
        digits = "".join(filter(str.isdigit, number))
        last = -_sum(digits[: len(weights)], weights) % 11
        return int(digits[len(weights)]) == (ten if last == 10 else last)

    return check


def _remainder_11(weights: Sequence[int]) -> Callable[[str], bool]:
    """The last digit is the weighted sum modulo 11; 10 is written as 0."""

    def check(number: str) -> bool:
        return int(number[len(weights)]) == _sum(number, weights) % 11 % 10

    return check


def _ico(number: str) -> bool:
    rest = 11 - _sum(number, (8, 7, 6, 5, 4, 3, 2)) % 11
    return int(number[7]) == rest % 10


def _nipc(number: str) -> bool:
    rest = 11 - _sum(number, range(9, 1, -1)) % 11
    return int(number[8]) == (0 if rest > 9 else rest)


def _cnpj(number: str) -> bool:
    for length in (12, 13):
        weights = (6, 5, 4, 3, 2, *range(9, 1, -1))[13 - length :]
        rest = 11 - _sum(number[:length], weights) % 11
        if int(number[length]) != (0 if rest > 9 else rest):
            return False
    return True


def _cif(number: str) -> bool:
    digits = number[1:8]
    odd = sum(sum(divmod(int(digit) * 2, 10)) for digit in digits[::2])
    control = -(odd + sum(map(int, digits[1::2]))) % 10
    return number[8] in (str(control), "JABCDEFGHI"[control])


def _siren(number: str) -> bool:
    """All 14 digits for an establishment; La Poste's establishments have their own numbering."""
    return _luhn(number) if len(number) == 9 or number[:9] != "356000000" else _luhn(number[:9])


def _gs1(number: str) -> bool:
    return _sum(number, (1, 3) * 7) % 10 == 0


def _jcn(number: str) -> bool:
    total = _sum(number[:0:-1], (1, 2) * 6)
    return int(number[0]) == 9 - total % 9


def _nip(number: str) -> bool:
    return int(number[9]) == _sum(number, (6, 5, 7, 2, 3, 4, 5, 6, 7)) % 11


def _regon(number: str) -> bool:
    return _remainder_11((8, 9, 2, 3, 4, 5, 6, 7))(number)


def _cui(number: str) -> bool:
    padded = number.zfill(10)
    return int(padded[9]) == _sum(padded, (7, 5, 3, 2, 1, 7, 5, 3, 2)) * 10 % 11 % 10


def _ogrn(number: str) -> bool:
    return int(number[12]) == int(number[:12]) % 11 % 10


def _edrpou(number: str) -> bool:
    first = (7, 1, 2, 3, 4, 5, 6) if "30000000" <= number <= "60000000" else (1, 2, 3, 4, 5, 6, 7)
    rest = _sum(number, first) % 11
    if rest == 10:
        rest = _sum(number, [weight + 2 for weight in first]) % 11
    return int(number[7]) == rest % 10


CHECKS: dict[str, Callable[[str], bool]] = {
    "abn": _abn,
    "bce": _bce,
    "cif": _cif,
    "cnpj": _cnpj,
    "cui": _cui,
    "cuit": _modulo_11((5, 4, 3, 2, 7, 6, 5, 4, 3, 2), ten=9),
    "cvr": _modulo_11((2, 7, 6, 5, 4, 3, 2)),
    "edrpou": _edrpou,
    "gs1": _gs1,
    "ico": _ico,
    "inn": _remainder_11((2, 4, 10, 3, 5, 9, 4, 6, 8)),
    "iso7064": _iso7064,
    "jcn": _jcn,
    "luhn": _luhn,
    "nip": _nip,
    "nipc": _nipc,
    "ogrn": _ogrn,
    "orgnr": _modulo_11((3, 2, 7, 6, 5, 4, 3, 2)),
    "regon": _regon,
    "ror": _ror,
    "siren": _siren,
    "uid": _modulo_11((5, 4, 3, 2, 7, 6, 5, 4)),
    "ytunnus": _modulo_11((7, 9, 10, 5, 8, 4, 2)),
}

"""From which address a request came, when headers may be forged."""

from ipaddress import ip_address


def client_address(*, remote: str, forwarded: str, trusted: int) -> str:
    """The address that failed attempts are counted against.

    Each of `trusted` proxies of ours appended the address it heard from to X-Forwarded-For; what stands further left
    came from outside and may be invented. Without proxies the header is not looked at. A header that is too short
    or that holds no address did not pass through our proxies: the connection's own address counts.
    """
    hops = [hop.strip() for hop in forwarded.split(",")] if forwarded else []
    candidate = hops[-trusted] if 0 < trusted <= len(hops) else remote
    return _settled(candidate) or _settled(remote) or "unknown"


def _settled(text: str) -> str:
    try:
        return str(ip_address(text))
    except ValueError:
        return ""

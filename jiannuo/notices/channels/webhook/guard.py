"""Which addresses a webhook may go to: those of the open internet.

Whoever sets a webhook up chooses where our server connects to. Without this he could have it knock
at our own database, or ask a cloud's metadata service for its keys.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

#: What the standard library takes for open and is not, in one Python version or another.
CLOSED = tuple(
    ip_network(one)
    for one in (
        "100.64.0.0/10",  # carriers' own; 100.100.100.200 is Aliyun's metadata
        "168.63.129.16/32",  # Azure's own services in every machine
        "192.0.0.0/24",
        "192.88.99.0/24",  # relays into IPv6
        "2001::/23",  # Teredo among them, which holds an IPv4 address
        "2002::/16",  # holds an IPv4 address
        "3fff::/20",  # documentation
    )
)
#: All that is open in IPv6. Mapped (::ffff:0:0/96), translated (64:ff9b::/96), unique local
#: (fd00:ec2::254 is Amazon's metadata), link and site local lie outside of it.
OPEN = ip_network("2000::/3")


def public(address: str) -> bool:
    try:
        found = ip_address(address)
    except ValueError:  # with a zone: fe80::1%eth0
        return False
    return _usual(found) and not any(found in net for net in CLOSED if net.version == found.version)


def _usual(found: IPv4Address | IPv6Address) -> bool:
    if isinstance(found, IPv6Address) and found not in OPEN:
        return False
    return found.is_global and not (found.is_multicast or found.is_reserved)

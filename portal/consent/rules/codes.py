"""A link as a code for a telephone's camera."""

from base64 import b64encode

import qrcode
from qrcode.image.svg import SvgPathImage


def code_image(link: str) -> str:
    """The code as the address of an SVG image, made here, so that no other server sees the link."""
    image = qrcode.make(link, image_factory=SvgPathImage, border=2)
    return f"data:image/svg+xml;base64,{b64encode(image.to_string()).decode()}"

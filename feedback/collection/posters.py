"""A wave's link as a picture that a phone's camera reads."""

import qrcode
from markupsafe import Markup
from qrcode.constants import ERROR_CORRECT_Q

_QUIET = 4  # modules of white around the picture, as ISO/IEC 18004 asks for


def qr_code(address: str, title: str, key: str = "qr") -> Markup:
    """An SVG of a QR code for `address`, named `title` for those who cannot see it; `key` tells it from others.

    A quarter of it may be folded or stained (error correction Q).
    """
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_Q, border=_QUIET)
    code.add_data(address)
    modules = code.get_matrix()
    dark = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(modules) for x, is_dark in enumerate(row) if is_dark)
    return Markup(
        '<svg class="qr" viewBox="0 0 {0} {0}" shape-rendering="crispEdges" role="img" aria-labelledby="{3}-title">'
        '<title id="{3}-title">{1}</title><path d="M0 0h{0}v{0}H0z" fill="#fff"/><path d="{2}" fill="#000"/></svg>'
    ).format(len(modules), title, dark, key)

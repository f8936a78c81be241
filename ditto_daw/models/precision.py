"""What a network computes in. Latents, the sampler's arithmetic, codec, features and losses are in
single precision whatever the network has.

Of the bundled model it is the UNet alone. A vocoder in bf16 gives audio that lies no more than
33 dB above the difference, with single bands of its mel 6 dB away: phases need their digits.
"""

from __future__ import annotations

import torch

from ditto_daw.requests.catalogue import AUTO

DTYPES = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}


def precision_of(wanted: str, device: str) -> str:
    """The precision that was asked for; that of "auto" is bf16 on a CUDA device that computes in it
    by itself, else fp32."""
    if wanted != AUTO:
        return wanted
    if not device.startswith("cuda"):
        return "fp32"
    # Older devices only imitate bf16, in single precision and slower than that.
    return "bf16" if torch.cuda.is_bf16_supported(including_emulation=False) else "fp32"

"""ditto-daw: a DAW's loops, MIDI clips and automation lanes steer a music diffusion model."""

import os

__version__ = "0.1.0"

# OpenMP's threads wait for each other by spinning. Beside a DAW that uses a core, the spinning
# takes the core that the other thread needs, and a render eight times as long; read at torch's
# first import, hence here.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

"""ditto-daw: a DAW's loops, MIDI clips and automation lanes steer a music diffusion model."""

__version__ = "0.1.0"

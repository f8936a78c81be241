"""Sound and MIDI, which only `ditto-daw play` and `ditto-daw midi` need."""

from __future__ import annotations

from ditto_daw.doctor.base import Finding, Patient, check


@check("sound files")
def sound_files(patient: Patient) -> Finding:
    """libsndfile reads what DAWs write."""
    import soundfile

    absent = {"WAV", "FLAC", "OGG", "AIFF", "MP3"} - set(soundfile.available_formats())
    found = soundfile.__libsndfile_version__
    if absent:
        listed = ", ".join(sorted(absent))
        return Finding("hint", f"{found} cannot read {listed}", "Use WAV or FLAC clips.")
    return Finding("good", f"{found} reads WAV, FLAC, OGG, AIFF and MP3")


@check("audio")
def audio(patient: Patient) -> Finding:
    """An output that `ditto-daw play` can use."""
    advice = "Only `ditto-daw play` needs one. On Linux: apt install libportaudio2"
    try:
        import sounddevice

        output = sounddevice.query_devices(kind="output")
    except Exception as error:  # ImportError, OSError without PortAudio, PortAudioError
        return Finding("hint", f"no sound output ({str(error).splitlines()[0]})", advice)
    return Finding("good", f"{output['name']}, {output['max_output_channels']} channels")


@check("midi")
def midi(patient: Patient) -> Finding:
    """Ports that `ditto-daw midi` can use."""
    advice = "Only `ditto-daw midi` needs one: connect a keyboard, or start JACK or your DAW."
    try:
        import rtmidi

        ports = rtmidi.MidiIn().get_ports()
    except Exception as error:  # ImportError; SystemError where there is no MIDI system
        first = (str(error) or type(error).__name__).splitlines()[0]
        return Finding("hint", f"no MIDI ({first})", advice)
    if not ports:
        return Finding("hint", "no MIDI input is connected", advice)
    return Finding("good", ", ".join(ports))

import pytest

from ditto_daw.errors import CODES, DittoError, error_from_dict


def test_every_class_has_its_own_code():
    assert set(CODES.values()) == {DittoError, *DittoError.__subclasses__()}


@pytest.mark.parametrize("code", CODES)
def test_an_error_survives_the_wire(code):
    error = CODES[code]("source", "The file is gone.")
    back = error_from_dict(error.to_dict())
    assert type(back) is CODES[code]
    assert (back.argument, back.message) == ("source", "The file is gone.")
    assert str(back) == "source: The file is gone."


def test_an_unknown_code_is_still_an_error():
    back = error_from_dict({"code": "from_the_future", "argument": "", "message": "New."})
    assert type(back) is DittoError
    assert str(back) == "New."

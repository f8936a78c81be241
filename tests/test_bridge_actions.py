"""The one list of actions and settings that every host shows."""

import pytest
from ditto_bridge.actions import NEEDS, TYPES, actions, settings

from ditto_daw.wire.form import FIELDS

HOSTS_OWN = {"drafts", "lane", "match_level", "place"}


def test_the_menu_has_its_order():
    assert [action.name for action in actions()] == [
        *("Draft", "New Loop", "Extend Loop", "Repair Loop", "Continue", "Fill Gap"),
        *("Accompany", "Re-do Bars", "Vary", "Song", "Cancel", "Settings"),
    ]


@pytest.mark.parametrize("action", actions(), ids=lambda action: action.name)
def test_an_action(action):
    assert action.info.endswith(".")
    assert set(action.needs) <= NEEDS
    if action.request is None:
        assert action.name in ("Cancel", "Settings")
    else:
        assert {"kind", "use"} <= action.request.keys()


@pytest.mark.parametrize("setting", settings(), ids=lambda setting: setting.name)
def test_a_setting(setting):
    assert setting.type in TYPES
    assert setting.info.endswith(".")
    assert bool(setting.choices) == (setting.type in ("choice", "many"))
    if isinstance(setting.choices, tuple) and setting.type == "choice":
        assert setting.default in setting.choices
    if setting.type in ("number", "whole") and setting.default is not None:
        assert setting.low <= setting.default <= setting.high


@pytest.mark.parametrize(
    "name",
    ["genre", "mood", "roles", "bars", "seed", "strength", "preset", "sections", "model"],
)
def test_settings_are_fields_of_a_request(name):
    """Bounds are the request's own, so that no dialog offers what the daemon refuses."""
    field = FIELDS[name]
    setting = next(each for each in settings() if each.name == name)
    assert setting.name not in HOSTS_OWN
    if setting.high is not None:
        assert setting.high <= field.high
        assert setting.low >= field.low

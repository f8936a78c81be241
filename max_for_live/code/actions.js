// The actions and settings that every host offers, from bridge/ditto_bridge/actions.json, and how
// the device's controls speak of them: a menu as the number of its item, a switch as 0 or 1.

var table = require("table");

var rendering = table.actions.filter(function (action) {
    return action.request !== null;
});

function named(name) {
    return (
        rendering.filter(function (action) {
            return action.name === name;
        })[0] || null
    );
}

// The items of a setting's menu; "" stands for whatever comes.
function items(setting) {
    var choices = setting.choices;
    if (typeof choices !== "string") {
        return choices;
    }
    var known = table.choices[choices] || [];
    return setting["default"] === "" ? [""].concat(known) : known;
}

// What a setting can be is known only now: the daemon has told.
function offer(choices, values) {
    table.choices[choices] = values;
}

function row(name) {
    return table.settings.filter(function (setting) {
        return setting.name === name;
    })[0];
}

function defaults() {
    var settings = {};
    table.settings.forEach(function (setting) {
        settings[setting.name] = setting["default"];
    });
    settings.roles = [];
    settings.lane = false;
    return settings;
}

function copy(settings) {
    return JSON.parse(JSON.stringify(settings));
}

// What of the settings is not as at first; `restored` makes the whole of it again.
function changes(settings) {
    var first = defaults();
    var changed = {};
    Object.keys(settings).forEach(function (name) {
        if (JSON.stringify(settings[name]) !== JSON.stringify(first[name])) {
            changed[name] = settings[name];
        }
    });
    return copy(changed);
}

function restored(changed) {
    var settings = defaults();
    Object.keys(changed).forEach(function (name) {
        settings[name] = changed[name];
    });
    return copy(settings);
}

// A control's value into the settings; names that are no setting are let pass.
function put(settings, name, value) {
    var role = /^role_(.+)$/.exec(name);
    var setting = row(name);
    if (role) {
        settings.roles = table.choices.roles.filter(function (each) {
            return each === role[1] ? Boolean(value) : settings.roles.indexOf(each) >= 0;
        });
    } else if (name === "lane" || (setting && setting.type === "switch")) {
        settings[name] = Boolean(value);
    } else if (setting && setting.type === "choice") {
        settings[name] = items(setting)[value];
    } else if (setting) {
        settings[name] = setting.type === "whole" ? Math.round(value) : value;
    }
}

// Every control's value for these settings: [[name, value], ...].
function faces(settings) {
    var found = [];
    table.settings.forEach(function (setting) {
        var value = settings[setting.name];
        if (setting.name === "roles") {
            table.choices.roles.forEach(function (role) {
                found.push(["role_" + role, value.indexOf(role) >= 0 ? 1 : 0]);
            });
        } else if (setting.name === "lane" || setting.type === "switch") {
            found.push([setting.name, value ? 1 : 0]);
        } else if (setting.type === "choice") {
            found.push([setting.name, Math.max(0, items(setting).indexOf(value))]);
        } else if (setting.type === "number" || (setting.type === "whole" && value !== null)) {
            found.push([setting.name, value]);
        }
    });
    return found.filter(function (face) {
        return face[0] !== "seed"; // a text, because no live parameter holds its 32 bits
    });
}

module.exports = {
    changes: changes,
    copy: copy,
    defaults: defaults,
    faces: faces,
    list: table.actions,
    named: named,
    offer: offer,
    put: put,
    rendering: rendering,
    restored: restored
};

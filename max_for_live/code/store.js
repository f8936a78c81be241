// What the device keeps with the Set: its token, what live.* parameters cannot hold, and what its
// results were made with. One JSON text, bounded.

var MOST_RESULTS = 64;

function fresh(token) {
    return { version: 1, token: token, count: 0, prompt: "", seed: "", command: "", curve: null, results: [] };
}

// The state that a text holds; a fresh one where it is not ours.
function read(text, token) {
    var state = fresh(token);
    try {
        var held = JSON.parse(text);
        Object.keys(state).forEach(function (name) {
            if (held && typeof held[name] === typeof state[name]) {
                state[name] = held[name];
            }
        });
    } catch (error) {
        return state; // an empty or foreign text: begin anew
    }
    return state;
}

function fileName(path) {
    return String(path).split(/[\\/]/).pop();
}

// Remember what a file was made with. Known again by its name, wherever Live has copied it.
function remember(state, path, made) {
    made.file = fileName(path);
    state.results = state.results.filter(function (result) {
        return result.file !== made.file;
    });
    state.results.push(made);
    state.results = state.results.slice(-MOST_RESULTS);
}

// What a file was made with, or null.
function recall(state, path) {
    var name = fileName(path);
    return (
        state.results.filter(function (result) {
            return result.file === name;
        })[0] || null
    );
}

module.exports = { fresh: fresh, read: read, recall: recall, remember: remember };

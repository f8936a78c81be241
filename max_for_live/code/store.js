// What the device keeps with the Set: its token, what live.* parameters cannot hold, and what its
// results were made with. One word without spaces, quotes or commas, so that no Max object that it
// passes through can take it apart; bounded, because Max's symbols are.

var MOST = 30000;

function fresh(token) {
    return { version: 1, token: token, count: 0, prompt: "", seed: "", sections: "", model: "", command: "", curve: null, results: [] };
}

// The state as one word; the oldest results go where it would be too long.
function write(state) {
    var word = encodeURIComponent(JSON.stringify(state));
    while (word.length > MOST && state.results.length) {
        state.results.shift();
        word = encodeURIComponent(JSON.stringify(state));
    }
    return word;
}

// The state that a word holds; a fresh one where it is not ours.
function read(word, token) {
    var state = fresh(token);
    try {
        var held = JSON.parse(decodeURIComponent(word));
        Object.keys(state).forEach(function (name) {
            if (held && typeof held[name] === typeof state[name]) {
                state[name] = held[name];
            }
        });
    } catch (error) {
        return state; // an empty or foreign word: begin anew
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

module.exports = { fresh: fresh, read: read, recall: recall, remember: remember, write: write };

// Runs the edge function in Node over the cases on standard input, with Node's own crypto and the modules stubbed.
'use strict';
const crypto = require('node:crypto');
const fs = require('node:fs');
const vm = require('node:vm');

const source = fs.readFileSync(process.argv[2], 'utf8').replace(/^import (\w+) from '(\w+)';$/gm, 'const $1 = modules.$2;');
const script = new vm.Script(`${source}\nhandler(event);`, { filename: process.argv[2] });

async function outcome(asked) {
    const cloudfront = {
        kvs: () => ({
            get: async (key) => {
                if (!Object.hasOwn(asked.keys, key)) {
                    throw new Error(`key not found: ${key}`);
                }
                return asked.keys[key];
            },
        }),
    };
    const frozen = { now: () => asked.nowMs };
    return script.runInNewContext({ event: asked.event, modules: { cloudfront, crypto }, Date: frozen }, { timeout: 1000 });
}

async function main() {
    const outcomes = [];
    for (const asked of JSON.parse(fs.readFileSync(0, 'utf8'))) {
        outcomes.push(await outcome(asked));
    }
    process.stdout.write(JSON.stringify(outcomes));
}

main();

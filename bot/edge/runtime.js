/*
 * What CloudFront's runtime gives to a function and an embedded engine does not: the modules `cloudfront` and
 * `crypto` (the parts that the edge function uses), the key-value store as plain data, and a clock that stands still
 * for one run. All of it is JavaScript because the engine cannot call Python while its time limit is on.
 */
var quickdumpModules = {};
var quickdumpOutcome = null;

(function () {
    var keyValues = {};
    var K = [];
    var H0 = [];

    // FIPS 180-4: the first 32 bits of the fractions of the square and cube roots of the first primes.
    (function () {
        var candidate = 2;
        while (K.length < 64) {
            var prime = true;
            for (var d = 2; d * d <= candidate; d++) {
                if (candidate % d === 0) {
                    prime = false;
                }
            }
            if (prime) {
                if (H0.length < 8) {
                    H0.push((Math.sqrt(candidate) % 1 * 4294967296) | 0);
                }
                K.push((Math.cbrt(candidate) % 1 * 4294967296) | 0);
            }
            candidate++;
        }
    })();

    function rotate(x, n) {
        return (x >>> n) | (x << (32 - n));
    }

    function padded(bytes) {
        var out = bytes.concat([128]);
        while (out.length % 64 !== 56) {
            out.push(0);
        }
        var bits = bytes.length * 8;
        out.push(0, 0, 0, 0, bits >>> 24 & 255, bits >>> 16 & 255, bits >>> 8 & 255, bits & 255);
        return out;
    }

    function schedule(block, from) {
        var w = [];
        for (var i = 0; i < 16; i++) {
            var at = from + i * 4;
            w.push(block[at] << 24 | block[at + 1] << 16 | block[at + 2] << 8 | block[at + 3]);
        }
        for (i = 16; i < 64; i++) {
            var s0 = rotate(w[i - 15], 7) ^ rotate(w[i - 15], 18) ^ (w[i - 15] >>> 3);
            var s1 = rotate(w[i - 2], 17) ^ rotate(w[i - 2], 19) ^ (w[i - 2] >>> 10);
            w.push((w[i - 16] + s0 + w[i - 7] + s1) | 0);
        }
        return w;
    }

    function compress(h, w) {
        var v = h.slice();
        for (var i = 0; i < 64; i++) {
            var s1 = rotate(v[4], 6) ^ rotate(v[4], 11) ^ rotate(v[4], 25);
            var t1 = (v[7] + s1 + ((v[4] & v[5]) ^ (~v[4] & v[6])) + K[i] + w[i]) | 0;
            var s0 = rotate(v[0], 2) ^ rotate(v[0], 13) ^ rotate(v[0], 22);
            var t2 = (s0 + ((v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]))) | 0;
            v = [(t1 + t2) | 0, v[0], v[1], v[2], (v[3] + t1) | 0, v[4], v[5], v[6]];
        }
        return h.map(function (word, index) {
            return (word + v[index]) | 0;
        });
    }

    function sha256(bytes) {
        var data = padded(bytes);
        var h = H0.slice();
        for (var from = 0; from < data.length; from += 64) {
            h = compress(h, schedule(data, from));
        }
        var out = [];
        h.forEach(function (word) {
            out.push(word >>> 24 & 255, word >>> 16 & 255, word >>> 8 & 255, word & 255);
        });
        return out;
    }

    function utf8(text) {
        return Array.from(unescape(encodeURIComponent(text)), function (letter) {
            return letter.charCodeAt(0);
        });
    }

    function hmac(key, message) {
        var block = key.length > 64 ? sha256(key) : key.slice();
        while (block.length < 64) {
            block.push(0);
        }
        var inner = block.map(function (byte) { return byte ^ 54; });
        var outer = block.map(function (byte) { return byte ^ 92; });
        return sha256(outer.concat(sha256(inner.concat(message))));
    }

    function encoded(bytes, encoding) {
        if (encoding === 'hex') {
            return bytes.map(function (byte) { return (byte + 256).toString(16).slice(1); }).join('');
        }
        var base64 = btoa(String.fromCharCode.apply(null, bytes));
        if (encoding === 'base64') {
            return base64;
        }
        if (encoding === 'base64url') {
            return base64.replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
        }
        throw new TypeError('the local runtime has no encoding ' + encoding);
    }

    quickdumpModules.crypto = {
        createHmac: function (algorithm, key) {
            if (algorithm !== 'sha256') {
                throw new TypeError('the local runtime has no HMAC with ' + algorithm);
            }
            var text = '';
            return {
                update: function (more) {
                    text += more;
                    return this;
                },
                digest: function (encoding) {
                    return encoded(hmac(utf8(key), utf8(text)), encoding);
                }
            };
        }
    };

    quickdumpModules.cloudfront = {
        kvs: function () {
            return {
                get: function (key) {
                    return Object.prototype.hasOwnProperty.call(keyValues, key)
                        ? Promise.resolve(keyValues[key])
                        : Promise.reject(new Error('key not found: ' + key));
                }
            };
        }
    };

    globalThis.quickdumpRun = function (event, values, nowMs) {
        keyValues = JSON.parse(values);
        quickdumpOutcome = null;
        Date.now = function () { return nowMs; };
        Promise.resolve(JSON.parse(event)).then(handler).then(
            function (value) { quickdumpOutcome = JSON.stringify({ value: value === undefined ? null : value }); },
            function (error) { quickdumpOutcome = JSON.stringify({ error: String(error) }); }
        );
    };
})();

/*
 * The edge of Quickdump: CloudFront runs this function on every viewer request, the local edge runs the same file.
 *
 *   /track/{token}              -> /track/index.html, the token in the query (a malformed one: the page without it)
 *   /book/{page}, with or without a slash at the end -> /book/{page}/index.html
 *   files under /assets/ /t/ /track/ /book/, index.html, favicon, robots.txt -> as they are
 *   /login?k=&p=&x=&m=          -> a signed link: 302 to / with the session cookie, or 403
 *   /data/...                   -> as it is with a session, or 401
 *   everything else             -> /index.html, the dashboard's public shell
 *
 * Slashes in a row are read as one. Nothing is decoded: a path with % or with a segment that starts with a dot is
 * no file. The only redirect goes to "/", so no request can send a viewer to another host.
 *
 * Keys live in the KeyValueStore, never here: `kid` names the current key, `k.<kid>` is its text (32 characters
 * or more, used as the bytes of an HMAC-SHA256 key). Only the current key is believed: a new `kid` ends all sessions.
 *
 *   link     /login?k=<kid>&p=<person>&x=<unix seconds>&m=<mac of "quickdump link|kid|person|x">, 5 minutes
 *   session  __Host-quickdump=<kid>.<person>.<unix seconds>.<mac of "quickdump session|kid|person|x">, 12 hours
 *
 * A mac is 43 characters of base64url. core/domain/session.py is the other half.
 *
 * Runtime 2.0 takes no for-of, destructuring, spread, default parameters, `?.`, class, Map or Set, and no await
 * inside the arguments of a call; the whole file stays under 10 KB.
 */
import cf from 'cloudfront';
import crypto from 'crypto';

const TOKEN = /^(?:[0-9A-Za-z]{22}|[0-9A-Fa-f]{16})$/;
const FILE = /^\/(?:assets|t|track|book)(?:\/[A-Za-z0-9_][A-Za-z0-9._-]*)+\.[A-Za-z0-9]+$/;
const ROOT_FILE = /^\/(?:index\.html|favicon\.(?:ico|svg|png)|robots\.txt)$/;
const BOOKING_PAGE = /^\/book\/([A-Za-z0-9][A-Za-z0-9._-]{0,63})\/?$/;
const DATA_FILE = /^\/data(?:\/[A-Za-z0-9_][A-Za-z0-9._-]*)+$/;
const SESSION = /^([A-Za-z0-9]{1,16})\.([a-z0-9_]{1,64})\.([0-9]{10})\.([A-Za-z0-9_-]{43})$/;

const COOKIE = '__Host-quickdump';
const LINK_LIFE_S = 300;
const SESSION_LIFE_S = 43200;
const CLOCK_SKEW_S = 60;

async function handler(event) {
    const request = event.request;
    const path = request.uri.replace(/\/{2,}/g, '/');
    if (path === '/login') {
        return await login(request);
    }
    if (path.startsWith('/data/')) {
        return await guard(request, path);
    }
    request.uri = route(path, request.querystring);
    return request;
}

function route(path, query) {
    if (FILE.test(path) || ROOT_FILE.test(path)) {
        return path;
    }
    if (path === '/track' || path.startsWith('/track/')) {
        const token = path.slice(7).replace(/\/$/, '');
        delete query.token;
        if (TOKEN.test(token)) {
            query.token = { value: token };
        }
        return '/track/index.html';
    }
    const page = BOOKING_PAGE.exec(path);
    return page ? '/book/' + page[1] + '/index.html' : '/index.html';
}

async function login(request) {
    const query = request.querystring;
    const link = [only(query.k), only(query.p), only(query.x), only(query.m)].join('.');
    const now = Math.floor(Date.now() / 1000);
    const key = await currentKey();
    const person = signer('link', link, key, now, LINK_LIFE_S + CLOCK_SKEW_S);
    if (!person) {
        return answer(403, 'Forbidden', 'text/plain; charset=utf-8',
            'This link is no longer valid. Write "dashboard" to the bot for a new one.\n');
    }
    const expires = now + SESSION_LIFE_S;
    const response = answer(302, 'Found', 'text/plain; charset=utf-8', '');
    response.headers.location = { value: '/' };
    response.cookies = {};
    response.cookies[COOKIE] = {
        value: [key.kid, person, expires, mac('session', key, person, expires)].join('.'),
        attributes: 'Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=' + SESSION_LIFE_S
    };
    return response;
}

async function guard(request, path) {
    const now = Math.floor(Date.now() / 1000);
    const key = await currentKey();
    if (!signer('session', only(request.cookies[COOKIE]), key, now, SESSION_LIFE_S + CLOCK_SKEW_S)) {
        return answer(401, 'Unauthorized', 'application/json', '{"error":"no session"}\n');
    }
    if (!DATA_FILE.test(path)) {
        return answer(404, 'Not Found', 'application/json', '{"error":"no such data"}\n');
    }
    request.uri = path;
    return request;
}

// The person that `signed` was made for, or '' where it is not ours, not of the current key, or not of this time.
function signer(purpose, signed, key, now, life) {
    const parts = SESSION.exec(signed);
    if (!parts || !key || parts[1] !== key.kid) {
        return '';
    }
    const expires = Number(parts[3]);
    if (expires < now || expires > now + life) {
        return '';
    }
    return same(parts[4], mac(purpose, key, parts[2], parts[3])) ? parts[2] : '';
}

function mac(purpose, key, person, expires) {
    const text = ['quickdump ' + purpose, key.kid, person, expires].join('|');
    return crypto.createHmac('sha256', key.secret).update(text).digest('base64url');
}

// Without a key there is no session: the rest of the site goes on.
async function currentKey() {
    try {
        const store = cf.kvs();
        const kid = await store.get('kid');
        const secret = await store.get('k.' + kid);
        return secret.length >= 32 ? { kid: kid, secret: secret } : null;
    } catch (error) {
        return null;
    }
}

// The runtime has no comparison in constant time.
function same(left, right) {
    let difference = left.length ^ right.length;
    for (let i = 0; i < left.length; i++) {
        difference |= left.charCodeAt(i) ^ right.charCodeAt(i);
    }
    return difference === 0;
}

// A value that came once; what came twice is ambiguous, and counts as absent.
function only(field) {
    return field && !field.multiValue ? field.value : '';
}

function answer(status, description, type, body) {
    return {
        statusCode: status,
        statusDescription: description,
        headers: {
            'cache-control': { value: 'no-store' },
            'content-type': { value: type },
            'content-security-policy': { value: "default-src 'none'; base-uri 'none'; frame-ancestors 'none'" },
            'cross-origin-opener-policy': { value: 'same-origin' },
            'cross-origin-resource-policy': { value: 'same-origin' },
            'referrer-policy': { value: 'no-referrer' },
            'strict-transport-security': { value: 'max-age=63072000' },
            'x-content-type-options': { value: 'nosniff' },
            'x-robots-tag': { value: 'noindex, nofollow, noarchive' }
        },
        body: { encoding: 'text', data: body }
    };
}

/* Solves a proof of work beside the page. Plain JavaScript: crypto.subtle is missing
   where a portal is served without https. */
"use strict";

const ROUND = new Uint32Array(64);
const START = new Uint32Array(8);

(function prepare() {
  // The first 32 bits of the fractions of the roots of the first primes (FIPS 180-4).
  const fraction = (number) => ((number - Math.floor(number)) * 4294967296) >>> 0;
  let count = 0;
  for (let candidate = 2; count < 64; candidate++) {
    let isPrime = true;
    for (let factor = 2; factor * factor <= candidate; factor++) {
      if (candidate % factor === 0) {
        isPrime = false;
      }
    }
    if (isPrime) {
      if (count < 8) {
        START[count] = fraction(Math.sqrt(candidate));
      }
      ROUND[count++] = fraction(Math.cbrt(candidate));
    }
  }
})();

const words = new Uint32Array(64);

function turn(word, bits) {
  return (word >>> bits) | (word << (32 - bits));
}

/** Mix one block of 64 bytes into the state. */
function mix(state, bytes, start) {
  for (let i = 0; i < 16; i++) {
    const at = start + i * 4;
    words[i] =
      (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
  }
  for (let i = 16; i < 64; i++) {
    const before = words[i - 15];
    const last = words[i - 2];
    words[i] =
      words[i - 16] +
      (turn(before, 7) ^ turn(before, 18) ^ (before >>> 3)) +
      words[i - 7] +
      (turn(last, 17) ^ turn(last, 19) ^ (last >>> 10));
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let i = 0; i < 64; i++) {
    const one =
      (h +
        (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) +
        ((e & f) ^ (~e & g)) +
        ROUND[i] +
        words[i]) |
      0;
    const two =
      ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + one) | 0;
    d = c;
    c = b;
    b = a;
    a = (one + two) | 0;
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
  state[4] += e;
  state[5] += f;
  state[6] += g;
  state[7] += h;
}

/** SHA-256 of ASCII text, as hexadecimal digits. */
function sha256(text) {
  const blocks = Math.floor((text.length + 8) / 64) + 1;
  const bytes = new Uint8Array(blocks * 64);
  for (let i = 0; i < text.length; i++) {
    bytes[i] = text.charCodeAt(i);
  }
  bytes[text.length] = 0x80;
  new DataView(bytes.buffer).setUint32(bytes.length - 4, text.length * 8);
  const state = START.slice();
  for (let block = 0; block < blocks; block++) {
    mix(state, bytes, block * 64);
  }
  return Array.from(state, (word) => word.toString(16).padStart(8, "0")).join("");
}

self.onmessage = ({data: challenge}) => {
  for (let number = 0; number <= challenge.maxNumber; number++) {
    if (sha256(challenge.salt + number) === challenge.challenge) {
      const {algorithm, salt, signature} = challenge;
      const solution = {
        algorithm,
        challenge: challenge.challenge,
        number,
        salt,
        signature,
      };
      self.postMessage(btoa(JSON.stringify(solution)));
      return;
    }
  }
  self.postMessage("");
};

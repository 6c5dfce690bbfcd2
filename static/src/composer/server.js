import {_t} from "@web/core/l10n/translation";

export const OFFLINE = "offline";
export const SIGNED_OUT = 401;
const SAVE_TIMEOUT = 15_000;

/**
 * What went wrong with a request, in words for who writes.
 */
export class Refusal extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

function readAnswer(status, text) {
  let data = {};
  try {
    data = JSON.parse(text);
  } catch {
    data = {};
  }
  if (status >= 200 && status < 300) {
    return data;
  }
  throw new Refusal(status, data.message || _t("The server did not take it."));
}

/**
 * The fields every request about a draft carries: whose form it is, and which.
 *
 * @param {HTMLFormElement} form
 */
export function getIdentity(form) {
  const data = new FormData();
  for (const name of ["csrf_token", "owner", "submission_key"]) {
    data.set(name, form.elements[name].value);
  }
  if (form.dataset.ticket) {
    data.set("ticket", form.dataset.ticket);
  }
  return data;
}

/**
 * Post to one of the draft's routes.
 *
 * @param {string} path below /my/draft
 * @param {FormData} data
 */
export async function post(path, data, options = {}) {
  let response = null;
  let text = "";
  try {
    response = await fetch(`/my/draft/${path}`, {
      method: "POST",
      body: data,
      signal: AbortSignal.timeout(SAVE_TIMEOUT),
      ...options,
    });
    text = await response.text();
  } catch {
    throw new Refusal(OFFLINE, _t("No connection."));
  }
  return readAnswer(response.status, text);
}

/**
 * Send one file; the request can be cancelled and says how far it is.
 *
 * @param {FormData} data
 * @param {Function} onProgress is given per cent
 * @returns {object} promise, cancel
 */
export function upload(data, onProgress) {
  const request = new XMLHttpRequest();
  const promise = new Promise((resolve, reject) => {
    request.upload.addEventListener("progress", (ev) =>
      onProgress(Math.round((ev.loaded / ev.total) * 100))
    );
    request.addEventListener("load", () => {
      try {
        resolve(readAnswer(request.status, request.responseText));
      } catch (error) {
        reject(error);
      }
    });
    const lost = () => reject(new Refusal(OFFLINE, _t("The connection was lost.")));
    request.addEventListener("error", lost);
    request.addEventListener("abort", lost);
    request.open("POST", "/my/draft/file");
    request.send(data);
  });
  return {promise, cancel: () => request.abort()};
}

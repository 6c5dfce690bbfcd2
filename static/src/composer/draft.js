import {OFFLINE, SIGNED_OUT, getIdentity, post} from "./server";
import {_t} from "@web/core/l10n/translation";

const PAUSE = 1500;
const TRY_AGAIN = 15_000;
const DAY = 24 * 3600 * 1000;
const PREFIX = "helpdesk_draft:";
const NOT_TEXT = ["csrf_token", "owner", "submission_key", "pending", "attachment"];

/**
 * Keeps what is typed: on the server, which has the files too; on the device only as
 * long as the server cannot be reached.
 */
export class Draft {
  constructor(form, composer) {
    this.form = form;
    this.composer = composer;
    this.copyName = `${PREFIX}${form.elements.owner.value}:${form.dataset.ticket || "new"}`;
    this.saved = this.read();
    this.form.addEventListener("input", () => this.onInput());
    this.form.addEventListener("change", () => this.onInput());
    this.onHide = () => document.visibilityState === "hidden" && this.leave();
    this.onOnline = () => this.save();
    document.addEventListener("visibilitychange", this.onHide);
    window.addEventListener("online", this.onOnline);
    this.forgetOthers();
    this.bringBack();
  }

  stop() {
    this.isStopped = true;
    clearTimeout(this.timer);
    document.removeEventListener("visibilitychange", this.onHide);
    window.removeEventListener("online", this.onOnline);
  }

  /**
   * @returns {string} the text of the form, by field, as JSON
   */
  read() {
    const fields = [...new FormData(this.form)].filter(
      ([name, value]) => !NOT_TEXT.includes(name) && typeof value === "string"
    );
    return JSON.stringify(Object.fromEntries(fields));
  }

  onInput() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), PAUSE);
  }

  /**
   * Save what changed; one request at a time, the last text wins.
   *
   * @param {object} options of the request
   * @returns {Promise} resolves to what stands in the way, if anything
   */
  async save(options) {
    clearTimeout(this.timer);
    if (this.running) {
      await this.running;
    }
    this.composer.sync();
    const text = this.read();
    if (this.isStopped || text === this.saved) {
      return null;
    }
    this.running = this.send(text, options);
    const problem = await this.running;
    this.running = null;
    return problem;
  }

  async send(text, options) {
    const data = getIdentity(this.form);
    for (const [name, value] of Object.entries(JSON.parse(text))) {
      data.set(name, value);
    }
    try {
      await post("save", data, options);
    } catch (error) {
      this.keepCopy(text, error);
      return error.status;
    }
    this.saved = text;
    this.forgetCopy();
    this.composer.say(_t("Draft saved"));
    return null;
  }

  /**
   * The last chance to save, when the page goes away.
   */
  leave() {
    this.save({keepalive: true});
  }

  /**
   * Tell whether the form can be sent now; what cannot be is kept.
   */
  async isConnected() {
    this.saved = null;
    return (await this.save()) !== OFFLINE;
  }

  // What the device keeps

  keepCopy(text, error) {
    if (error.status === OFFLINE || error.status === SIGNED_OUT) {
      const copy = {
        text,
        key: this.form.elements.submission_key.value,
        time: Date.now(),
      };
      this.store(() => localStorage.setItem(this.copyName, JSON.stringify(copy)));
      this.timer = setTimeout(() => this.save(), TRY_AGAIN);
    }
    const offline = _t("No connection. We keep it here and you can send it later.");
    this.composer.say(error.status === OFFLINE ? offline : error.message, "warning");
    if (error.status === SIGNED_OUT) {
      this.composer.offerSignIn();
    }
  }

  forgetCopy() {
    this.store(() => localStorage.removeItem(this.copyName));
  }

  /**
   * Who signs in next on this device finds nothing of who wrote before.
   */
  forgetOthers() {
    const own = `${PREFIX}${this.form.elements.owner.value}:`;
    this.store(() => {
      for (const name of Object.keys(localStorage)) {
        if (name.startsWith(PREFIX) && !name.startsWith(own)) {
          localStorage.removeItem(name);
        }
      }
    });
  }

  bringBack() {
    const copy = this.store(() => JSON.parse(localStorage.getItem(this.copyName)));
    if (!copy || Date.now() - copy.time > DAY) {
      return;
    }
    this.form.elements.submission_key.value = copy.key;
    this.composer.fill(JSON.parse(copy.text));
    this.composer.showRestored();
    this.save();
  }

  /**
   * Browsers may refuse storage, and it may be full: then there is no copy.
   */
  store(action) {
    try {
      return action();
    } catch {
      return null;
    }
  }
}

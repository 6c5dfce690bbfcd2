import {
  Component,
  markup,
  onWillDestroy,
  onWillUpdateProps,
  useEffect,
  useExternalListener,
  useRef,
  useState,
} from "@odoo/owl";
import {DeskAnswers} from "./desk_answers.esm";
import {_t} from "@web/core/l10n/translation";
import {browser} from "@web/core/browser/browser";
import {deskDates} from "./desk_dates.esm";
import {deskDrafts} from "./desk_drafts.esm";
import {useBus, useService} from "@web/core/utils/hooks";

const MODEL = "helpdesk.ticket";
export const REQUEST_MIN = 15;
const WRITING_FOR = 8 * 1000;
const SLASH = /(^|\s)\/(\S*)$/;
// Words after "#" may have spaces; numbers of tickets are none of them
const HASH = /(^|\s)#(?![A-Z]*\d)([^#\n]{0,60})$/;
const TYPING = 200;

/** Where an engineer answers the customer, or notes something for the colleagues. */
export class DeskComposer extends Component {
  static template = "helpdesk_service_portal.DeskComposer";
  static components = {DeskAnswers};
  static props = {
    page: Object,
    seenId: Number,
    handle: Object,
    presence: Object,
    onSeen: Function,
    onChanged: Function,
    onDone: Function,
  };

  setup() {
    this.dates = deskDates;
    this.http = useService("http");
    this.notification = useService("notification");
    this.orm = useService("orm");
    this.text = useRef("text");
    this.request = useRef("request");
    this.file = useRef("file");
    this.answersHandle = null;
    this.whenShown = null;
    this.state = useState(this.restore(this.props.page));
    this.props.handle.isDirty = () => this.isDirty;
    onWillDestroy(() => {
      this.keep();
      this.props.handle.isDirty = () => false;
      browser.clearTimeout(this.quiet);
      browser.clearTimeout(this.typing);
    });
    onWillUpdateProps((next) => {
      if (next.page.id !== this.props.page.id) {
        this.keep();
        Object.assign(this.state, this.restore(next.page));
      }
    });
    useExternalListener(window, "beforeunload", () => this.keep());
    useBus(this.env.bus, "HELPDESK-DESK:KEY", ({detail}) => {
      if (detail === "reply" || detail === "note") {
        this.setMode(detail === "note" ? "note" : "customer");
      }
    });
    useEffect(() => {
      this.grow();
      const next = this.whenShown;
      this.whenShown = null;
      next?.();
    });
  }

  // State and draft

  restore(page) {
    const draft = deskDrafts.load(page.id) || {};
    return {
      mode: page.kind === "closed" ? "note" : draft.mode || "customer",
      customer: draft.customer || "",
      note: draft.note || "",
      request: draft.request || "",
      files: draft.files || [],
      uploading: [],
      asks: Boolean(draft.request),
      restored: Boolean(draft.customer || draft.note || draft.request),
      sending: false,
      problem: "",
      conflict: null,
      then: false,
      shown: 0,
      // Prewritten answers: what stands after "/", null when closed
      slash: null,
      answers: null,
      // Articles: what stands after "#", null when closed
      hash: null,
      articles: null,
    };
  }

  keep() {
    const {mode, customer, note, request, files} = this.state;
    if (this.isDirty) {
      deskDrafts.save(this.props.page.id, {mode, customer, note, request, files});
    } else {
      deskDrafts.drop(this.props.page.id);
    }
  }

  get isDirty() {
    const {customer, note, request, files} = this.state;
    return Boolean(customer.trim() || note.trim() || request.trim() || files.length);
  }

  get isNote() {
    return this.state.mode === "note";
  }

  get isClosed() {
    return this.props.page.kind === "closed";
  }

  get customers() {
    return this.props.page.recipients.filter((person) => person.is_customer);
  }

  get customerNames() {
    return this.customers.map((person) => person.name.split(" ")[0]).join(", ");
  }

  /** Who will get it, by mail or not at all */
  get audience() {
    if (this.isNote) {
      const names = this.props.page.note_recipients.map((person) => person.name);
      return names.length
        ? _t("Only our team reads this. By mail to: %s", names.join(", "))
        : _t("Only our team reads this. Nobody gets a mail.");
    }
    const names = this.props.page.recipients
      .filter((person) => person.has_email)
      .map((person) => person.name);
    return names.length
      ? _t("Shown in the portal and mailed to: %s", names.join(", "))
      : _t("Shown in the portal. Nobody gets a mail: there is no address.");
  }

  get answerPlaceholder() {
    return _t("Write to the customer; / brings prewritten answers, # articles");
  }

  get notePlaceholder() {
    return _t("Write to your colleagues; customers never see it");
  }

  get isUnheard() {
    return !this.isNote && !this.props.page.recipients.some((one) => one.has_email);
  }

  get isBehind() {
    return this.props.page.thread.some(
      (message) => message.id > this.props.seenId && message.kind !== "line"
    );
  }

  get missing() {
    return Math.max(0, REQUEST_MIN - this.state.request.trim().length);
  }

  get counter() {
    return this.missing
      ? _t("%s more characters", this.missing)
      : _t("Shown in a box of its own, on the page and in the mail.");
  }

  // Writing

  setMode(mode) {
    this.state.mode = mode === "customer" && this.isClosed ? "note" : mode;
    this.state.problem = "";
    this.afterShown(() => this.text.el?.focus());
  }

  /** Do something once the state, as it is now, stands on the page */
  afterShown(callback) {
    this.whenShown = callback;
    this.state.shown++;
  }

  onInput() {
    this.state.problem = "";
    this.props.presence.setWriting(true);
    browser.clearTimeout(this.quiet);
    this.quiet = browser.setTimeout(() => {
      this.keep();
      this.props.presence.setWriting(false);
    }, WRITING_FOR);
    this.keep();
    this.lookForSlash();
    this.lookForHash();
  }

  grow() {
    const {el} = this.text;
    if (el) {
      el.style.height = "auto";
      el.style.height = `${Math.min(el.scrollHeight + 2, window.innerHeight * 0.35)}px`;
    }
  }

  onKeydown(ev) {
    const isChoosing = this.state.slash !== null || this.state.hash !== null;
    if (isChoosing && this.answersHandle?.onKeydown(ev)) {
      ev.preventDefault();
      return;
    }
    if (ev.key === "Enter" && (ev.ctrlKey || ev.metaKey)) {
      ev.preventDefault();
      this.send(this.state.asks && !this.isNote ? "wait" : false);
    } else if (ev.key === "Escape") {
      ev.target.blur();
    }
  }

  // Prewritten answers

  lookForSlash() {
    const {el} = this.text;
    const match = el && SLASH.exec(el.value.slice(0, el.selectionStart));
    if (match) {
      this.openAnswers(match[2]);
    } else {
      this.state.slash = null;
    }
  }

  async openAnswers(words = "") {
    this.state.slash = words;
    if (this.state.answers === null) {
      const {id} = this.props.page;
      const answers = await this.orm.silent.call(MODEL, "desk_answers", [[id]]);
      if (id === this.props.page.id) {
        this.state.answers = answers;
      }
    }
  }

  toggleAnswers() {
    if (this.state.slash === null) {
      this.openAnswers();
      this.text.el?.focus();
    } else {
      this.state.slash = null;
    }
  }

  insertAnswer(answer) {
    this.insertText(answer.text, SLASH);
    this.state.slash = null;
  }

  insertText(text, pattern) {
    const {el} = this.text;
    const {mode} = this.state;
    const end = el.selectionStart;
    const before = el.value.slice(0, end).replace(pattern, "$1");
    this.state[mode] = before + text + el.value.slice(end);
    this.keep();
    this.afterShown(() => {
      const at = before.length + text.length;
      el.focus();
      el.setSelectionRange(at, at);
    });
  }

  // Articles

  lookForHash() {
    const {el} = this.text;
    const match = el && HASH.exec(el.value.slice(0, el.selectionStart));
    browser.clearTimeout(this.typing);
    if (match) {
      this.typing = browser.setTimeout(() => this.openArticles(match[2]), TYPING);
    } else {
      this.state.hash = null;
    }
  }

  async openArticles(words = "") {
    this.state.hash = words;
    const {id} = this.props.page;
    const articles = await this.orm.silent.call(MODEL, "desk_articles", [[id], words]);
    if (id === this.props.page.id && words === this.state.hash) {
      this.state.articles = articles;
    }
  }

  toggleArticles() {
    if (this.state.hash === null) {
      this.state.slash = null;
      this.openArticles();
      this.text.el?.focus();
    } else {
      this.state.hash = null;
    }
  }

  insertArticle(article) {
    this.insertText(article.text, HASH);
    this.state.hash = null;
  }

  // Files

  onFiles(ev) {
    this.upload([...ev.target.files]);
    ev.target.value = "";
  }

  onPaste(ev) {
    const files = [...(ev.clipboardData?.files || [])];
    if (files.length) {
      ev.preventDefault();
      this.upload(files);
    }
  }

  onDrop(ev) {
    const files = [...(ev.dataTransfer?.files || [])];
    if (files.length) {
      this.upload(files);
    }
  }

  async upload(files) {
    const {id} = this.props.page;
    await Promise.all(
      files.map(async (file) => {
        this.state.uploading.push(file.name);
        try {
          const {data, error} = await this.http.post("/mail/attachment/upload", {
            csrf_token: odoo.csrf_token,
            ufile: file,
            thread_id: id,
            thread_model: MODEL,
            is_pending: true,
          });
          if (error) {
            throw new Error(error);
          }
          if (id === this.props.page.id) {
            this.state.files.push({id: data.attachment_id, name: file.name});
            this.keep();
          }
        } catch (error) {
          this.notification.add(
            _t("The file “%(name)s” was not uploaded. %(why)s", {
              name: file.name,
              why: error.message || "",
            }),
            {type: "danger"}
          );
        } finally {
          const at = this.state.uploading.indexOf(file.name);
          this.state.uploading.splice(at, 1);
        }
      })
    );
  }

  removeFile(file) {
    this.state.files = this.state.files.filter((other) => other.id !== file.id);
    this.keep();
  }

  // Sending

  /** "Send and wait" first asks what we need */
  async wait() {
    if (!this.state.asks) {
      this.state.asks = true;
      this.afterShown(() => this.request.el?.focus());
      return;
    }
    await this.send("wait");
  }

  stopAsking() {
    this.state.asks = false;
    this.state.request = "";
    this.keep();
  }

  findProblem(then) {
    const {mode, files, uploading} = this.state;
    if (uploading.length) {
      return _t("Wait until the files are uploaded.");
    }
    if (then === "wait" && this.missing) {
      return _t(
        "Tell the customer what you need, in %s characters or more.",
        REQUEST_MIN
      );
    }
    if (!then && !this.state[mode].trim() && !files.length) {
      return _t("Write a message.");
    }
    return "";
  }

  async send(then = false, force = false) {
    if (this.state.sending) {
      return;
    }
    this.state.problem = this.findProblem(then);
    if (this.state.problem) {
      const ref = then === "wait" && this.missing ? this.request : this.text;
      ref.el?.focus();
      return;
    }
    const {page, seenId} = this.props;
    const {mode} = this.state;
    this.state.sending = true;
    try {
      const answer = await this.orm.call(MODEL, "desk_send", [[page.id]], {
        body: this.state[mode],
        note: this.isNote,
        then,
        request: then === "wait" && this.state.request,
        attachment_ids: this.state.files.map((file) => file.id),
        last_seen_message_id: seenId,
        force,
      });
      if (answer.conflict) {
        this.state.conflict = answer.conflict;
        this.state.then = then;
        return;
      }
      this.empty(mode);
      this.props.presence.setWriting(false);
    } finally {
      this.state.sending = false;
    }
    await (then ? this.props.onDone() : this.props.onChanged());
  }

  empty(mode) {
    Object.assign(this.state, {
      [mode]: "",
      files: [],
      conflict: null,
      restored: false,
      ...(mode === "customer" && {request: "", asks: false}),
    });
    this.keep();
  }

  sendAnyway() {
    return this.send(this.state.then, true);
  }

  /** Back to the text; what the others wrote stands in the thread */
  async goOn() {
    this.state.conflict = null;
    await this.props.onChanged();
    this.props.onSeen();
    this.text.el?.focus();
  }

  body(message) {
    return markup(message.body);
  }

  get conflictTitle() {
    const names = [...new Set(this.state.conflict.map((message) => message.author))];
    return _t("%s wrote while you were writing", names.join(", "));
  }

  dropDraft() {
    Object.assign(this.state, {
      customer: "",
      note: "",
      request: "",
      files: [],
      asks: false,
      restored: false,
    });
    this.keep();
  }
}

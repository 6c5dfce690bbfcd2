import {
  Component,
  onWillDestroy,
  onWillStart,
  useExternalListener,
  useState,
} from "@odoo/owl";
import {callDrafts, hasWords, newCall} from "./call_drafts.esm";
import {focusOn} from "./call_focus.esm";
import {CallCard} from "./call_card.esm";
import {CallFinder} from "./call_finder.esm";
import {CallForm} from "./call_form.esm";
import {ConfirmationDialog} from "@web/core/confirmation_dialog/confirmation_dialog";
import {_t} from "@web/core/l10n/translation";
import {browser} from "@web/core/browser/browser";
import {registry} from "@web/core/registry";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {useDebounced} from "@web/core/utils/timing";
import {useService} from "@web/core/utils/hooks";

const MODEL = "helpdesk.ticket";
const FOCUS_PATIENCE = 2000;
const FOCUS_EVERY = 25;

/** Log a call: whoever answers the telephone notes what is said while it is said. */
export class CallLog extends Component {
  static template = "helpdesk_service_portal.CallLog";
  static components = {CallCard, CallFinder, CallForm};
  static props = {...standardActionServiceProps};
  static path = "log-call";
  static displayName = _t("Log a call");

  setup() {
    this.action = useService("action");
    this.dialog = useService("dialog");
    this.orm = useService("orm");
    this.ui = useService("ui");
    const kept = callDrafts.load();
    this.state = useState({
      calls: kept.length ? kept : [newCall()],
      at: 0,
      // By key of the call: what the server says of the caller, and what became of it
      cards: {},
      done: {},
      saving: false,
      problem: "",
    });
    // What the parts of the page do for each other
    this.handle = {};
    this.keepSoon = useDebounced(() => this.keep(), 300, {execBeforeUnmount: true});
    useExternalListener(window, "beforeunload", () => this.keep());
    useExternalListener(window, "keydown", (ev) => this.onKeydown(ev), {capture: true});
    onWillDestroy(() => browser.clearTimeout(this.focusTimer));
    onWillStart(async () => {
      this.options = await this.orm.call(MODEL, "call_options", []);
      await this.loadCard(this.call);
    });
  }

  /**
   * Put the focus somewhere as soon as it stands on the page.
   *
   * @param {Function} focus tells whether it could
   * @param {number} until when to give up
   */
  afterShown(focus, until = Date.now() + FOCUS_PATIENCE) {
    browser.clearTimeout(this.focusTimer);
    this.focusTimer = browser.setTimeout(() => {
      if (!focus() && Date.now() < until) {
        this.afterShown(focus, until);
      }
    }, FOCUS_EVERY);
  }

  // The calls side by side

  get call() {
    return this.state.calls[this.state.at];
  }

  get card() {
    return this.state.cards[this.call.key] || null;
  }

  get done() {
    return this.state.done[this.call.key] || null;
  }

  title(call) {
    return call.chosen?.name || call.name || call.query || _t("New call");
  }

  keep() {
    callDrafts.save(this.state.calls.filter((call) => !this.state.done[call.key]));
  }

  onInput() {
    this.state.problem = "";
    this.keepSoon();
  }

  addCall() {
    const empty = this.state.calls.findIndex((call) => !hasWords(call));
    if (empty >= 0) {
      this.show(empty);
      return;
    }
    this.state.calls.push(newCall());
    this.show(this.state.calls.length - 1);
  }

  async show(at) {
    this.keep();
    this.state.at = at;
    this.state.problem = "";
    const {call} = this;
    if (!this.card && call.chosen) {
      await this.loadCard(call);
    }
    this.afterShown(() =>
      call.chosen ? this.handle.focusText?.() : this.handle.focusFinder?.()
    );
  }

  onClose(at) {
    const call = this.state.calls[at];
    if (this.state.done[call.key] || !hasWords(call)) {
      this.close(call);
      return;
    }
    this.dialog.add(ConfirmationDialog, {
      title: _t("Discard this call?"),
      body: _t("What you noted of it is not saved."),
      confirmLabel: _t("Discard"),
      cancelLabel: _t("Keep"),
      confirm: () => this.close(call),
      cancel: () => this.handle.focusText?.(),
    });
  }

  close(call) {
    const at = this.state.calls.indexOf(call);
    this.state.calls.splice(at, 1);
    if (!this.state.calls.length) {
      this.state.calls.push(newCall());
    }
    delete this.state.done[call.key];
    this.state.at = Math.min(Math.max(this.state.at, 0), this.state.calls.length - 1);
    this.show(this.state.at);
  }

  // Who calls

  async onChoose(row) {
    const {call} = this;
    Object.assign(call, {chosen: {...row}, ticket: false, location_id: false});
    await this.loadCard(call, true);
    if (row.ticket_id) {
      call.ticket = this.card?.tickets.find((one) => one.id === row.ticket_id) || {
        id: row.ticket_id,
        number: row.name.replace("#", ""),
      };
    }
    this.keep();
    const asksWho = row.kind === "place" || row.kind === "ticket";
    this.afterShown(() =>
      asksWho ? this.handle.focusWho?.() : this.handle.focusText?.()
    );
  }

  async onPerson(person) {
    const {call} = this;
    call.chosen = {...call.chosen, partner_id: person.id, name: person.name};
    call.name = "";
    await this.loadCard(call, false);
    this.keep();
    this.afterShown(() => this.handle.focusText?.());
  }

  async loadCard(call, withDefaults = false) {
    const {chosen} = call;
    if (!chosen) {
      return;
    }
    const card = await this.orm.call(MODEL, "call_card", [], {
      partner_id: chosen.partner_id,
      company_id: chosen.company_id,
      location_id: call.location_id || chosen.location_id,
    });
    this.state.cards[call.key] = card;
    call.location_id = call.location_id || card.location_id;
    if (withDefaults || (card.partner_id && !call.type_id && !call.category_id)) {
      Object.assign(call, card.defaults);
    }
  }

  async onKnown() {
    await this.loadCard(this.call);
    this.afterShown(() => this.handle.focusText?.());
  }

  onTicket(ticket) {
    const {call} = this;
    call.ticket = call.ticket?.id === ticket.id ? false : {...ticket};
    this.onInput();
    this.handle.focusText?.();
  }

  // Saving

  get values() {
    const {call} = this;
    const chosen = call.chosen || {};
    return {
      ...call,
      partner_id: chosen.partner_id || false,
      company_id: chosen.company_id || this.card?.company_id || false,
      attachment_ids: call.files.map((file) => file.id),
      chosen: undefined,
      files: undefined,
      ticket: undefined,
      query: undefined,
    };
  }

  async save(then = false) {
    const {call} = this;
    if (this.state.saving || this.done) {
      return;
    }
    if (then === "solve" && !call.solution.trim()) {
      call.solving = true;
      this.afterShown(() => this.handle.focusSolution?.());
      return;
    }
    if (this.handle.isUploading?.()) {
      this.state.problem = _t("Wait until the files are uploaded.");
      return;
    }
    this.readQuery(call);
    this.keep();
    this.state.saving = true;
    try {
      const {ticket} = call;
      const done = ticket
        ? await this.orm.call(MODEL, "call_add", [[ticket.id], this.values, then])
        : await this.orm.call(MODEL, "call_save", [this.values, then]);
      this.state.done[call.key] = {...done, then, added: Boolean(ticket)};
      this.state.problem = "";
      this.keep();
      this.afterShown(() => focusOn(document.querySelector(".o_call_next")));
    } catch (error) {
      if (!error.exceptionName) {
        this.state.problem = _t("No connection. Nothing is lost: try again.");
        return;
      }
      this.state.problem = error.data?.message || error.message;
    } finally {
      this.state.saving = false;
    }
  }

  /** Who saves before choosing anybody means what stands in the field */
  readQuery(call) {
    const words = call.query.trim();
    if (!call.chosen && words && !call.number && !call.name) {
      const isNumber = /^[+\d\s().\-/]+$/.test(words);
      call[isNumber ? "number" : "name"] = words;
    }
  }

  openTicket() {
    this.action.doAction({
      type: "ir.actions.act_window",
      res_model: MODEL,
      res_id: this.done.id,
      views: [[false, "form"]],
    });
  }

  nextCall() {
    this.close(this.call);
  }

  // Keys

  onKeydown(ev) {
    if (this.ui.activeElement !== document || ev.isComposing) {
      return;
    }
    const ctrl = ev.ctrlKey || ev.metaKey;
    const keys = {
      F2: () => this.addCall(),
      F4: () => this.handle.focusConfirm?.(),
      F8: () => this.show((this.state.at + 1) % this.state.calls.length),
      F9: () => this.save("hand_over"),
    };
    let callback = !ctrl && !ev.altKey ? keys[ev.key] : null;
    if (ev.key === "Enter" && ctrl && !this.done) {
      const solve = ev.shiftKey || this.call.solving;
      callback = () => this.save(solve ? "solve" : false);
    }
    const digit = /^Digit([1-5])$/.exec(ev.code);
    const ticket = ev.altKey && digit && this.card?.tickets[digit[1] - 1];
    if (ticket && !this.done) {
      callback = () => this.onTicket(ticket);
    }
    if (callback) {
      ev.preventDefault();
      ev.stopPropagation();
      callback();
    }
  }

  /** Leave one step back; what was typed stays */
  onEscape(ev) {
    if (ev.key === "Escape" && !ev.defaultPrevented) {
      ev.preventDefault();
      ev.stopPropagation();
      if (this.call.solving && !this.call.solution.trim()) {
        this.call.solving = false;
        this.afterShown(() => this.handle.focusText?.());
      } else {
        this.handle.focusFinder?.();
      }
    }
  }
}

registry.category("actions").add("helpdesk_service_portal.call_log", CallLog);

import {Component, onMounted, onWillStart, onWillUnmount, useState} from "@odoo/owl";
import {DeskHelp} from "./desk_help.esm";
import {DeskMail} from "./desk_mail.esm";
import {DeskQueue} from "./desk_queue.esm";
import {DeskTicket} from "./desk_ticket.esm";
import {_t} from "@web/core/l10n/translation";
import {browser} from "@web/core/browser/browser";
import {deskDrafts} from "./desk_drafts.esm";
import {registry} from "@web/core/registry";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {useService} from "@web/core/utils/hooks";
import {useDebounced} from "@web/core/utils/timing";
import {useDeskKeys} from "./desk_keys.esm";
import {useSetupAction} from "@web/search/action_hook";

const MODEL = "helpdesk.ticket";
const LOG = "helpdesk.ticket.mail.log";
const CHANGED = "helpdesk.ticket/changed";
const PAGE = 40;
const REFRESH_EVERY = 15 * 1000;

/** The engineer's desk: the queue on the left, the ticket beside it. */
export class Desk extends Component {
  static template = "helpdesk_service_portal.Desk";
  static components = {DeskMail, DeskQueue, DeskTicket};
  static props = {...standardActionServiceProps};
  static path = "helpdesk-desk";
  static displayName = _t("My turn");

  setup() {
    this.action = useService("action");
    this.dialog = useService("dialog");
    this.notification = useService("notification");
    this.orm = useService("orm");
    this.ui = useService("ui");
    const kept = this.props.state || {};
    this.state = useState({
      tab: kept.tab || "mine",
      search: "",
      limit: PAGE,
      counts: {},
      rows: [],
      more: false,
      loaded: false,
      openId: this.props.resId || kept.openId || false,
      page: null,
      mail: null,
      // The newest message the engineer has seen: what is newer is a conflict
      seenId: 0,
    });
    this.composer = {isDirty: () => false};
    this.searchSoon = useDebounced(() => this.loadQueue(), 250);
    this.refreshSoon = useDebounced(() => this.refresh(), 500);
    const bus = useService("bus_service");
    bus.subscribe(CHANGED, this.refreshSoon);
    useSetupAction({
      getLocalState: () => ({tab: this.state.tab, openId: this.state.openId}),
    });
    useDeskKeys(this.getKeys());
    onWillStart(() => this.start());
    onMounted(() => {
      deskDrafts.prune();
      this.timer = browser.setInterval(() => this.refresh(), REFRESH_EVERY);
    });
    onWillUnmount(() => {
      browser.clearInterval(this.timer);
      bus.unsubscribe(CHANGED, this.refreshSoon);
    });
  }

  async start() {
    await this.loadQueue();
    const first = this.state.rows[0];
    if (this.isHeld) {
      return first && !this.ui.isSmall && this.openMail(first.id);
    }
    if (!this.state.openId && first && !this.ui.isSmall) {
      this.state.openId = first.id;
    }
    if (this.state.openId) {
      await this.open(this.state.openId);
    }
  }

  // Loading

  async loadQueue() {
    const {tab, search, limit, openId} = this.state;
    const queue = await this.orm.silent.call(MODEL, "desk_queue", [], {
      tab,
      search,
      limit,
      open_id: tab === "held" ? false : openId,
    });
    if (tab === this.state.tab && search === this.state.search) {
      this.state.counts = queue.counts;
      this.state.rows = queue.rows;
      this.state.more = queue.more;
      this.state.loaded = true;
    }
    return queue;
  }

  /** Fetch what changed; the ticket only when something happened to it. */
  async refresh() {
    if (browser.document?.hidden || this.refreshing) {
      return;
    }
    this.refreshing = true;
    try {
      const {open} = await this.loadQueue();
      const {page} = this.state;
      if (
        page &&
        open?.id === page.id &&
        (open.message_id !== page.message_id || open.changed !== page.changed)
      ) {
        await this.reload();
      }
    } catch {
      // The line is down: the next round tells
    } finally {
      this.refreshing = false;
    }
  }

  /** Beside the queue stands a ticket or, on the tab of held mails, a mail. */
  get isHeld() {
    return this.state.tab === "held" && !this.state.search;
  }

  get chosenId() {
    return this.isHeld ? this.state.mail?.id || false : this.state.openId;
  }

  choose(id) {
    return this.isHeld ? this.openMail(id) : this.open(id);
  }

  async openMail(id) {
    this.state.mail = id ? await this.orm.call(LOG, "desk_mail", [[id]]) : null;
  }

  /** A mail was decided: the next one takes its place. */
  async onMailDone() {
    const ids = this.state.rows.map((row) => row.id);
    const at = Math.max(ids.indexOf(this.state.mail?.id), 0);
    await this.loadQueue();
    const left = this.state.rows.map((row) => row.id);
    const next = ids.slice(at).find((id) => left.includes(id)) || left.at(-1);
    await this.openMail(this.ui.isSmall ? false : next || false);
  }

  doMailDialog(action) {
    return this.action.doAction(action, {onClose: () => this.onMailDone()});
  }

  async open(id) {
    this.state.mail = null;
    if (!id) {
      this.state.openId = false;
      this.state.page = null;
      this.props.updateActionState?.({resId: false});
      return;
    }
    this.state.openId = id;
    let page = null;
    try {
      page = await this.orm.call(MODEL, "desk_page", [[id]]);
    } catch (error) {
      if (this.state.openId === id) {
        this.state.openId = false;
        this.state.page = null;
      }
      if (error.exceptionName?.endsWith("AccessError")) {
        this.notification.add(_t("You cannot open this ticket (any more)."), {
          type: "warning",
        });
        return;
      }
      throw error;
    }
    if (this.state.openId !== id) {
      return;
    }
    this.state.page = page;
    this.state.seenId = page.message_id;
    this.props.updateActionState?.({resId: id});
  }

  /** The open ticket again; what arrives while one types is not yet seen. */
  async reload() {
    const {openId} = this.state;
    const page = await this.orm.silent.call(MODEL, "desk_page", [[openId]]);
    if (this.state.openId !== openId) {
      return;
    }
    this.state.page = page;
    if (!this.composer.isDirty()) {
      this.state.seenId = page.message_id;
    }
  }

  onSeen() {
    this.state.seenId = this.state.page.message_id;
  }

  /** After something was done to the open ticket. */
  async onChanged() {
    await Promise.all([this.loadQueue(), this.state.openId && this.reload()]);
    if (this.state.page) {
      this.onSeen();
    }
  }

  /** The ticket is out of our hands: the next one of the queue takes its place. */
  async onDone() {
    const ids = this.state.rows.map((row) => row.id);
    const {openId} = this.state;
    const after = ids.slice(ids.indexOf(openId) + 1);
    const before = ids.slice(0, Math.max(ids.indexOf(openId), 0));
    await this.loadQueue();
    const left = new Set(this.state.rows.map((row) => row.id));
    left.delete(openId);
    const next = [...after, ...before, ...left].find((id) => left.has(id));
    await this.open(this.ui.isSmall ? false : next || false);
  }

  // What the engineer does

  async onTab(tab) {
    Object.assign(this.state, {tab, search: "", limit: PAGE, rows: [], mail: null});
    await this.loadQueue();
    const first = this.state.rows[0];
    if (this.isHeld && first && !this.ui.isSmall) {
      await this.openMail(first.id);
    }
  }

  onSearch(search) {
    this.state.search = search;
    this.searchSoon();
  }

  async onMore() {
    this.state.limit += PAGE;
    await this.loadQueue();
  }

  async takeNext() {
    const id = await this.orm.call(MODEL, "desk_take_next", []);
    if (!id) {
      this.notification.add(_t("Nobody waits: every ticket of your teams is taken."));
      return;
    }
    this.state.tab = "mine";
    await Promise.all([this.loadQueue(), this.open(id)]);
  }

  move(step) {
    const ids = this.state.rows.map((row) => row.id);
    if (!ids.length) {
      return;
    }
    const at = ids.indexOf(this.chosenId);
    const next = at < 0 ? 0 : Math.min(Math.max(at + step, 0), ids.length - 1);
    if (ids[next] !== this.chosenId) {
      this.choose(ids[next]);
    }
  }

  writeToCustomers() {
    this.doDialog("helpdesk_service_portal.helpdesk_ticket_write_wizard_action");
  }

  openList() {
    this.action.doAction("helpdesk_service_portal.helpdesk_ticket_action_my_turn");
  }

  doDialog(action, options = {}) {
    return this.action.doAction(action, {
      ...options,
      onClose: async (infos) => {
        await this.onChanged();
        if (infos?.ticket_id) {
          await this.open(infos.ticket_id);
        }
      },
    });
  }

  showHelp() {
    this.dialog.add(DeskHelp);
  }

  getKeys() {
    const composer = (what) => () => this.env.bus.trigger("HELPDESK-DESK:KEY", what);
    return {
      j: () => this.move(1),
      k: () => this.move(-1),
      r: composer("reply"),
      n: composer("note"),
      e: composer("solve"),
      i: composer("incident"),
      "/": () => this.env.bus.trigger("HELPDESK-DESK:KEY", "search"),
      "?": () => this.showHelp(),
    };
  }
}

registry.category("actions").add("helpdesk_service_portal.desk", Desk);

import {Component, markup, useEffect, useRef, useState} from "@odoo/owl";
import {ConfirmationDialog} from "@web/core/confirmation_dialog/confirmation_dialog";
import {DeskComposer} from "./desk_composer.esm";
import {DeskRail} from "./desk_rail.esm";
import {Dropdown} from "@web/core/dropdown/dropdown";
import {DropdownItem} from "@web/core/dropdown/dropdown_item";
import {_t} from "@web/core/l10n/translation";
import {deskDates} from "./desk_dates.esm";
import {useDeskPresence} from "./desk_presence.esm";
import {useBus, useService} from "@web/core/utils/hooks";

const MODEL = "helpdesk.ticket";
const WAIT = "helpdesk_service_portal.helpdesk_ticket_wait_wizard_action_";
const MERGE = "helpdesk_service_portal.helpdesk_ticket_merge_wizard_action";
const SPLIT = "helpdesk_service_portal.helpdesk_ticket_split_wizard_action";

/** The right side: whose turn it is, the thread, the answer, who asks. */
export class DeskTicket extends Component {
  static template = "helpdesk_service_portal.DeskTicket";
  static components = {DeskComposer, DeskRail, Dropdown, DropdownItem};
  static props = {
    page: Object,
    seenId: Number,
    composer: Object,
    onBack: Function,
    onOpen: Function,
    onSeen: Function,
    onChanged: Function,
    onDone: Function,
    doDialog: Function,
  };

  setup() {
    this.dates = deskDates;
    this.action = useService("action");
    this.dialog = useService("dialog");
    this.orm = useService("orm");
    this.state = useState({rail: false, unfolded: {}});
    this.thread = useRef("thread");
    this.presence = useDeskPresence(() => this.props.page.id);
    useBus(this.env.bus, "HELPDESK-DESK:KEY", ({detail}) => {
      if (detail === "solve" && !this.page.is_final) {
        this.askSolve();
      } else if (detail === "incident") {
        const incident = this.page.announcements.find((one) => one.can_link);
        if (incident) {
          this.toggleIncident(incident);
        }
      }
    });
    // The newest message is what one came for
    useEffect(
      () => {
        this.presence.tellSeen();
        const {el} = this.thread;
        if (el) {
          el.scrollTop = el.scrollHeight;
        }
      },
      () => [this.page.id, this.page.thread.at(-1)?.id]
    );
  }

  get page() {
    return this.props.page;
  }

  get isClosed() {
    return this.page.kind === "closed";
  }

  get isWaiting() {
    return ["waiting_customer", "waiting_other"].includes(this.page.kind);
  }

  /** The request itself opens the thread */
  get messages() {
    const {description, files, requester, created, customer, thread} = this.page;
    const first = {
      id: 0,
      kind: "customer",
      author: requester,
      author_id: customer.id,
      date: created,
      body: description,
      files,
      changes: [],
      lost: [],
    };
    return this.page.opened_by_us ? thread : [first, ...thread];
  }

  isNew(message) {
    return message.id > this.props.seenId && message.kind !== "line";
  }

  body(message) {
    // Sanitised by the server when it was stored, as all bodies of messages
    return markup(message.body);
  }

  fileUrl(file) {
    return `/web/content/${file.id}?download=true`;
  }

  label(message) {
    return {
      customer: _t("Customer"),
      agent: _t("To the customer"),
      note: _t("Internal note"),
      notice: _t("Notice to the customer"),
    }[message.kind];
  }

  toggle(message) {
    this.state.unfolded[message.id] = !this.state.unfolded[message.id];
  }

  // Verbs

  async call(method, ...args) {
    await this.orm.call(MODEL, method, [[this.page.id], ...args]);
    await this.props.onChanged();
  }

  /** The ticket is about what is announced: its customer follows that; or not. */
  toggleIncident({id, is_linked}) {
    return is_linked
      ? this.call("desk_unlink_announcement")
      : this.call("desk_link_announcement", id);
  }

  askSolve() {
    this.dialog.add(ConfirmationDialog, {
      title: _t("Solve #%s?", this.page.number),
      body: _t(
        "The customer is told that it is solved and reopens it by answering. Write an answer first if there is something to say."
      ),
      confirmLabel: _t("Solve"),
      confirm: async () => {
        await this.orm.call(MODEL, "action_solve", [[this.page.id]]);
        await this.props.onDone();
      },
      cancelLabel: _t("Cancel"),
      cancel: () => true,
    });
  }

  askClose() {
    this.dialog.add(ConfirmationDialog, {
      title: _t("Close #%s for good?", this.page.number),
      body: _t("A closed ticket cannot be reopened. Close it?"),
      confirmLabel: _t("Close ticket"),
      confirm: () => this.call("action_close"),
      cancelLabel: _t("Cancel"),
      cancel: () => true,
    });
  }

  wait(kind) {
    this.props.doDialog(WAIT + kind, {
      additionalContext: {default_ticket_ids: [this.page.id]},
    });
  }

  merge() {
    this.rearrange(MERGE);
  }

  split() {
    this.rearrange(SPLIT);
  }

  rearrange(wizard) {
    const {id} = this.page;
    this.props.doDialog(wizard, {
      additionalContext: {active_id: id, active_ids: [id], helpdesk_from_desk: true},
    });
  }

  async openFollowUp() {
    const ids = [this.page.id];
    this.action.doAction(await this.orm.call(MODEL, "action_new_follow_up", [ids]));
  }

  async makeArticle() {
    const ids = [this.page.id];
    this.action.doAction(await this.orm.call(MODEL, "action_make_article", [ids]));
  }

  openForm() {
    this.action.doAction({
      type: "ir.actions.act_window",
      res_model: MODEL,
      res_id: this.page.id,
      views: [[false, "form"]],
    });
  }
}

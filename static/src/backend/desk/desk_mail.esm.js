import {Component, markup, onWillUpdateProps, useState} from "@odoo/owl";
import {ConfirmationDialog} from "@web/core/confirmation_dialog/confirmation_dialog";
import {_t} from "@web/core/l10n/translation";
import {deskDates} from "./desk_dates.esm";
import {useService} from "@web/core/utils/hooks";

const LOG = "helpdesk.ticket.mail.log";

/** A held mail beside the queue: what it says, why it is held, what to do with it. */
export class DeskMail extends Component {
  static template = "helpdesk_service_portal.DeskMail";
  static props = {
    mail: Object,
    onBack: Function,
    onDone: Function,
    doDialog: Function,
  };

  setup() {
    this.dates = deskDates;
    this.action = useService("action");
    this.dialog = useService("dialog");
    this.orm = useService("orm");
    this.state = useState({busy: false});
    onWillUpdateProps(() => {
      this.state.busy = false;
    });
  }

  get mail() {
    return this.props.mail;
  }

  /** The server tamed it: no scripts, no styles that leave their place */
  get body() {
    return markup(this.mail.body);
  }

  get mayAccept() {
    const {has_sender: hasSender, code, outcome} = this.mail;
    const proven = !["forged", "unknown_address"].includes(code);
    return hasSender && proven && outcome !== "failed";
  }

  /** What opens a dialog: the preview of a release, the choice of a ticket */
  async open(method) {
    const action = await this.orm.call(LOG, method, [[this.mail.id]]);
    await this.props.doDialog(action);
  }

  async decide(method) {
    if (this.state.busy) {
      return;
    }
    this.state.busy = true;
    try {
      const action = await this.orm.call(LOG, method, [[this.mail.id]]);
      if (action && action.tag === "display_notification") {
        await this.action.doAction(action);
      }
    } finally {
      this.state.busy = false;
    }
    await this.props.onDone();
  }

  ask(method, body, confirmLabel) {
    this.dialog.add(ConfirmationDialog, {
      title: confirmLabel,
      body,
      confirmLabel,
      confirm: () => this.decide(method),
      cancel: () => {
        // Nothing happens
      },
    });
  }

  acceptSender() {
    this.ask(
      "action_accept_sender",
      _t("This mail is released now, and mails of this sender are not held any more."),
      _t("Always accept this sender")
    );
  }

  refuseSender() {
    this.ask(
      "action_refuse_sender",
      _t(
        "This mail and all further ones of this sender are refused. They are kept here."
      ),
      _t("Never accept this sender")
    );
  }
}

import {Component} from "@odoo/owl";
import {Dialog} from "@web/core/dialog/dialog";
import {_t} from "@web/core/l10n/translation";

/** The keys of the desk. */
export class DeskHelp extends Component {
  static template = "helpdesk_service_portal.DeskHelp";
  static components = {Dialog};
  static props = {close: Function};

  get title() {
    return _t("Keys of the desk");
  }

  get keys() {
    return [
      {keys: ["j", "k"], text: _t("Next ticket, previous ticket")},
      {keys: ["r"], text: _t("Reply to the customer")},
      {keys: ["n"], text: _t("Internal note")},
      {keys: ["e"], text: _t("Solve the ticket")},
      {keys: ["i"], text: _t("Part of the incident that is announced, or not")},
      {keys: ["/"], text: _t("Search; in an answer: prewritten answers")},
      {keys: ["Ctrl", "Enter"], text: _t("Send what is written")},
      {keys: ["Esc"], text: _t("Leave the text; it is kept")},
      {keys: ["?"], text: _t("This help")},
    ];
  }
}

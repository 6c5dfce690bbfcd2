import {Interaction} from "@web/public/interaction";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";

/**
 * The page of an export: says that the file is being made and how much of it has
 * arrived. Without it the browser does the same by itself.
 */
export class TicketExport extends Interaction {
  static selector = ".o_hsp_export form[name='export']";
  dynamicContent = {
    _root: {"t-on-submit.prevent": this.onSubmit},
    "button[type='submit']": {"t-att-disabled": () => this.isBusy},
    "[data-export-progress]": {"t-out": () => this.message},
  };

  setup() {
    this.isBusy = false;
    this.message = "";
  }

  say(message, isBusy) {
    this.message = message;
    this.isBusy = isBusy;
    this.updateContent();
  }

  async onSubmit() {
    this.say(_t("Preparing the file…"), true);
    try {
      const answer = await this.waitFor(
        fetch(this.el.action, {method: "POST", body: new FormData(this.el)})
      );
      const name = /filename\*=UTF-8''([^;]+)/.exec(
        answer.headers.get("Content-Disposition") || ""
      );
      if (!answer.ok || !name) {
        // Limited, or signed out: the page says so
        this.el.submit();
        return;
      }
      const blob = await this.waitFor(this.receive(answer));
      this.save(blob, decodeURIComponent(name[1]));
      this.say(_t("The file is among your downloads."), false);
    } catch {
      this.say(_t("The connection broke. Try again."), false);
    }
  }

  async receive(answer) {
    const reader = answer.body.getReader();
    const parts = [];
    let size = 0;
    for (;;) {
      const {done, value} = await reader.read();
      if (done) {
        return new Blob(parts, {type: answer.headers.get("Content-Type")});
      }
      parts.push(value);
      size += value.length;
      this.say(_t("Received: %s kB", Math.ceil(size / 1024)), true);
    }
  }

  save(blob, name) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  }
}

registry
  .category("public.interactions")
  .add("helpdesk_service_portal.export", TicketExport);

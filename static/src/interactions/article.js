import {Interaction} from "@web/public/interaction";
import {registry} from "@web/core/registry";

/** Milliseconds an article is looked at before it counts as read. */
const READING = 3000;

function post(address, values = {}) {
  const form = new FormData();
  form.append("csrf_token", odoo.csrf_token);
  for (const [name, value] of Object.entries(values)) {
    form.append(name, value);
  }
  navigator.sendBeacon(address, form);
}

/** Tells that somebody reads an article: pages themselves write nothing. */
export class ArticleReading extends Interaction {
  static selector = ".o_hsp_article[data-counted]";

  start() {
    const id = this.el.dataset.article;
    this.waitForTimeout(() => {
      if (document.visibilityState === "visible") {
        post(`/support/article/${id}/read`);
      }
    }, READING);
  }
}

/** Tells the editors what was searched in vain. */
export class VainSearch extends Interaction {
  static selector = ".o_helpdesk_vain[data-words]";

  start() {
    post("/support/search/vain", {words: this.el.dataset.words});
  }
}

/**
 * A vote changes its own part of the page; without scripts the page is loaded anew.
 */
export class ArticleVote extends Interaction {
  static selector = "#helpful";
  dynamicContent = {
    form: {"t-on-submit.prevent": this.onSubmit},
  };

  async onSubmit(event) {
    const form = event.target;
    const body = new FormData(form, event.submitter);
    let html = "";
    try {
      const response = await this.waitFor(fetch(form.action, {method: "POST", body}));
      html = await this.waitFor(response.text());
    } catch {
      window.location.reload();
      return;
    }
    const page = new DOMParser().parseFromString(html, "text/html");
    const fresh = page.querySelector("#helpful");
    if (!fresh) {
      window.location.reload();
      return;
    }
    this.el.replaceChildren(...fresh.childNodes);
    (this.el.querySelector("textarea") || this.el).focus();
  }
}

registry
  .category("public.interactions")
  .add("helpdesk_service_portal.article_reading", ArticleReading)
  .add("helpdesk_service_portal.vain_search", VainSearch)
  .add("helpdesk_service_portal.article_vote", ArticleVote);

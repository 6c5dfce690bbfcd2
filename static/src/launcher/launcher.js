/* The help button of other sites and ours: plain JavaScript, no cookies, nothing that a
   strict Content-Security-Policy refuses (no markup from text, no style attributes).
   The server puts `helpdeskLauncher(…words…)` behind it; see controllers/launcher.py. */
"use strict";

// eslint-disable-next-line no-unused-vars
function helpdeskLauncher(config) {
  const script =
    document.currentScript ||
    document.querySelector('script[src*="/support/launcher.js"]');
  if (!script || script.helpdeskLauncher) {
    return;
  }
  script.helpdeskLauncher = true;
  const {origin} = new URL(script.src, location.href);
  const isOurs = origin === location.origin && "site" in script.dataset;
  const {words} = config;
  const GAP = 16;
  let root = null;
  let button = null;
  let panel = null;
  let tickets = null;

  /** Make an element; `children` are elements and texts. */
  function make(name, attributes = {}, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (value !== null && value !== undefined) {
        element.setAttribute(key, value);
      }
    }
    element.append(...children.filter(Boolean));
    return element;
  }

  function icon(...paths) {
    const space = "http://www.w3.org/2000/svg";
    const picture = document.createElementNS(space, "svg");
    picture.setAttribute("viewBox", "0 0 24 24");
    picture.setAttribute("aria-hidden", "true");
    for (const path of paths) {
      const line = document.createElementNS(space, "path");
      line.setAttribute("d", path);
      picture.append(line);
    }
    return picture;
  }

  /** Address on the desk's site, with what the host page says about its tickets. */
  function address(path, values = {}) {
    const url = new URL(config.prefix + path, origin);
    for (const [key, value] of Object.entries(values)) {
      if (value) {
        url.searchParams.set(key, value);
      }
    }
    return url.href;
  }

  function ticketAddress(type) {
    const {location: place, category, product, subject} = script.dataset;
    return address("/support/ticket", {
      type: type || script.dataset.type,
      location: place,
      category,
      product,
      subject,
    });
  }

  function link(url, ...children) {
    const isOutside = !isOurs && !/^(mailto|tel):/.test(url);
    return make(
      "a",
      {
        href: url,
        target: isOutside ? "_blank" : null,
        rel: isOutside ? "noopener" : null,
      },
      ...children
    );
  }

  function list(items) {
    return make("ul", {}, ...items.map((item) => make("li", {}, item)));
  }

  function section(title, ...children) {
    return make("section", {}, make("h3", {}, title), ...children);
  }

  function drawTypes(types) {
    const rows = types.map(({name, text, code}) =>
      link(ticketAddress(code), make("b", {}, name), text && make("span", {}, text))
    );
    return section(
      words.create,
      list(rows.length ? rows : [link(ticketAddress(), make("b", {}, words.open))])
    );
  }

  function drawSearch() {
    const field = make("input", {
      type: "search",
      name: "search",
      maxlength: "200",
      placeholder: words.search,
      "aria-label": words.search,
    });
    const form = make(
      "form",
      {role: "search"},
      field,
      make(
        "button",
        {"aria-label": words.find},
        icon("M10 4a6 6 0 1 0 0 12a6 6 0 0 0 0-12z M15 15l5 5")
      )
    );
    form.addEventListener("submit", (event) => {
      // the host's policy may refuse forms that lead elsewhere, not windows
      event.preventDefault();
      const url = address("/support/search", {search: field.value.trim()});
      if (isOurs) {
        location.assign(url);
      } else {
        window.open(url, "_blank", "noopener");
      }
    });
    return make("section", {}, form);
  }

  function drawContact() {
    const rows = config.contact.map(({label, text, url}) =>
      link(url, make("span", {}, label), make("bdi", {}, text))
    );
    return rows.length ? section(words.contact, list(rows)) : null;
  }

  function drawTickets() {
    tickets = make(
      "section",
      {},
      make("h3", {}, words.tickets),
      list([link(address("/my/tickets"), make("b", {}, words.see))])
    );
    return tickets;
  }

  /** In a place of the host page, the panel may not stick out on the right. */
  function keepInside() {
    if (script.dataset.target) {
      panel.style.removeProperty("left");
      const over = panel.getBoundingClientRect().right + GAP - innerWidth;
      panel.style.setProperty("left", `${Math.min(0, -over)}px`);
    }
  }

  /** On the desk's own site: the latest tickets and their status, asked for once. */
  async function showOwnTickets() {
    if (!isOurs || tickets.dataset.asked) {
      return;
    }
    tickets.dataset.asked = "1";
    const where = address("/support/launcher/tickets", {lang: config.lang});
    const response = await fetch(where, {
      headers: {Accept: "application/json"},
    }).catch(() => null);
    const own = response?.ok ? await response.json() : null;
    if (!own?.is_signed_in) {
      return;
    }
    const rows = own.tickets.map((row) =>
      link(
        row.url,
        make("b", {}, row.subject),
        make("span", {}, `${row.number} · `, make("em", {}, row.status))
      )
    );
    const all = link(address("/my/tickets"), make("b", {}, words.all));
    const items = rows.length ? rows : [make("p", {}, words.none)];
    tickets.querySelector("ul").replaceWith(list([...items, all]));
    panel.querySelector("section:nth-of-type(2)").replaceWith(drawTypes(own.types));
  }

  function toggle(isOpen) {
    if (panel.hidden !== isOpen) {
      return;
    }
    const hadFocus = Boolean(root.activeElement);
    panel.hidden = !isOpen;
    button.setAttribute("aria-expanded", isOpen);
    if (isOpen) {
      keepInside();
      panel.focus();
      showOwnTickets();
    } else if (hadFocus) {
      button.focus();
    }
  }

  function drawPanel() {
    const close = make(
      "button",
      {type: "button", class: "close", "aria-label": words.close},
      icon("M5 5l14 14 M19 5L5 19")
    );
    close.addEventListener("click", () => toggle(false));
    panel = make(
      "div",
      {
        id: "panel",
        class: "panel",
        role: "dialog",
        "aria-labelledby": "title",
        tabindex: "-1",
        hidden: "",
      },
      make("div", {class: "head"}, make("h2", {id: "title"}, words.title), close),
      drawSearch(),
      drawTypes(config.types),
      drawTickets(),
      drawContact()
    );
    panel.addEventListener("click", (event) => {
      if (event.target.closest("a")) {
        toggle(false);
      }
    });
  }

  function drawButton() {
    button = make(
      "button",
      {
        type: "button",
        class: "button",
        "aria-expanded": "false",
        "aria-controls": "panel",
        "aria-haspopup": "dialog",
      },
      icon(
        "M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18z",
        "M9.2 9.3a2.8 2.8 0 1 1 4.2 2.5c-.9.5-1.4 1-1.4 2 M12 17v.2"
      ),
      make("span", {}, script.dataset.label || words.button)
    );
    button.addEventListener("click", () => toggle(panel.hidden));
  }

  function listen(host) {
    root.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !panel.hidden) {
        event.stopPropagation();
        toggle(false);
      }
    });
    document.addEventListener("click", (event) => {
      if (!event.composedPath().includes(host)) {
        toggle(false);
      }
    });
  }

  // Beside a live chat

  /** The rectangles of Odoo's live chat: its bubble, and its open window. */
  function findChat() {
    const found = [];
    for (const chat of document.querySelectorAll(".o-livechat-root")) {
      const parts = (chat.shadowRoot || chat).querySelectorAll(
        "[part=openChatButton], .o-livechat-LivechatButton, .o-mail-ChatBubble, .o-mail-ChatWindow"
      );
      found.push(...[...parts].map((part) => part.getBoundingClientRect()));
    }
    return found.filter(({width, height}) => width && height);
  }

  /** Stand above the bubble, beside the window; where there is no place, below it. */
  function moveAside(host) {
    const {style} = host;
    style.removeProperty("bottom");
    style.removeProperty("right");
    const own = button.getBoundingClientRect();
    for (const chat of findChat()) {
      const isApart =
        chat.left > own.right + GAP / 2 ||
        chat.right < own.left - GAP / 2 ||
        chat.top > own.bottom + GAP / 2 ||
        chat.bottom < own.top - GAP / 2;
      const above = innerHeight - chat.top + GAP;
      const beside = innerWidth - chat.left + GAP;
      if (!isApart && chat.height <= innerHeight / 4) {
        style.setProperty("bottom", `${above}px`);
      } else if (!isApart && beside + own.width + GAP < innerWidth) {
        style.setProperty("right", `${beside}px`);
      }
    }
  }

  function watchChat(host) {
    let isPlanned = false;
    const plan = () => {
      if (!isPlanned) {
        isPlanned = true;
        requestAnimationFrame(() => {
          isPlanned = false;
          moveAside(host);
        });
      }
    };
    const inside = new MutationObserver(plan);
    const look = () => {
      for (const chat of document.querySelectorAll(".o-livechat-root")) {
        const tree = chat.shadowRoot;
        if (tree && !tree.helpdeskWatched) {
          tree.helpdeskWatched = true;
          inside.observe(tree, {childList: true, subtree: true, attributes: true});
          tree.addEventListener("load", plan, true);
        }
      }
      plan();
    };
    new MutationObserver(look).observe(document.body, {
      childList: true,
      subtree: true,
      attributes: true,
      attributeFilter: ["class"],
    });
    addEventListener("resize", plan);
    look();
  }

  // Where it stands

  /** A constructed style sheet is no inline style; older browsers know only those. */
  function dress() {
    try {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(config.css);
      root.adoptedStyleSheets = [sheet];
    } catch {
      root.append(make("style", {}, config.css));
    }
  }

  function draw(place) {
    const host = make("div", {
      class: "o_hsp_launcher",
      lang: config.lang,
      dir: config.dir,
      "data-place": place ? "inside" : "bubble",
    });
    root = host.attachShadow({mode: "open"});
    drawButton();
    drawPanel();
    root.append(button, panel);
    dress();
    listen(host);
    (place || document.body).append(host);
    if (!place) {
      watchChat(host);
    }
  }

  function start() {
    const selector = script.dataset.target;
    const place = selector && document.querySelector(selector);
    if (!selector || place) {
      draw(place);
      return;
    }
    // the host page may draw its own place later
    const observer = new MutationObserver(() => {
      const late = document.querySelector(selector);
      if (late) {
        observer.disconnect();
        draw(late);
      }
    });
    observer.observe(document.documentElement, {childList: true, subtree: true});
  }

  if (document.readyState === "loading") {
    document.addEventListener("DOMContentLoaded", start);
  } else {
    start();
  }
}

// The editor of a session's content. Every change is kept as a draft and checked by the editor's server, which returns
// the problems, the time budget, and the definition of the form that participants see.
import { atWhen, h, joinWords } from "../shared/dom.js";
import { ask } from "./dialogs.js";
import { DraftKeeper } from "./draft_keeper.js";
import { nameNewEntries } from "./entries.js";
import { exerciseFields, segmentFields, sessionFields } from "./exercise_editor.js";
import { nameOf, outline, keyOrShared } from "./outline.js";
import { Preview } from "./preview.js";
import { fieldOf, inPageWords, openAround, placeOf, showProblems } from "./problems.js";
import { askBegun, changesList, save } from "./saving.js";
import { addressOf, request, ServiceError } from "./service.js";
import { exerciseBudget, segmentBudget } from "./time_budget.js";
/** @import * as E from "./types.js" */

const CHECK_AFTER_MS = 350;

class Editor {
  /** @type {E.Problem[]} */
  problems = [];
  /** @type {E.SegmentTime[]} */
  segments = [];
  /** @type {Record<string, E.ExerciseTime>} */
  times = {};
  changes = 0;
  unlocked = false;
  isNewer = false;
  /** @type {Promise<void> | undefined} */
  checking;
  isDue = false;
  /** What was announced of the state last. */
  news = "";
  /** @type {Set<string>} */
  confirmed = new Set();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  timer;

  /** @param {E.Opened} opened */
  constructor(opened) {
    this.opened = opened;
    this.keeper = new DraftKeeper(opened);
    this.data = structuredClone(opened.data);
    this.base = opened.base;
    this.version = opened.version;
    this.own = opened.own;
    this.answers = opened.answers;
    this.preview = new Preview(this.keeper.id);
    this.state = h("p", { class: "ck-edit-state" }); // what matters of it is announced: it changes at every pause
    this.saveButton = h("button", { type: "button", class: "ck-edit-primary", onclick: () => this.#save() }, "Save");
    this.undoButton = h("button", { type: "button", onclick: () => this.#undo() });
    this.versionsButton = h("button", { type: "button", onclick: () => this.#showVersions() }, "Earlier versions");
    this.live = h("p", { class: "ck-hidden", role: "status" });
    this.notices = h("section", { "aria-label": "Notices", hidden: true });
    this.summary = h("section", { class: "ck-edit-summary", "aria-label": "Problems", hidden: true });
    this.nav = h("nav", { class: "ck-edit-nav", "aria-label": "Parts" });
    this.heading = h("h2", { id: "ck-edit-heading", tabindex: "-1" });
    this.fields = h("fieldset", { class: "ck-edit-fields", "aria-labelledby": "ck-edit-heading" });
    this.budget = h("div", { class: "ck-edit-budgets" });
    this.selected = this.#fromAddress();
  }

  get isLocked() {
    return this.opened.begun.length > 0 && !this.unlocked;
  }

  start() {
    const { series, files, name } = this.opened;
    const title = files.find((file) => file.name === name)?.title ?? name;
    document.title = `Edit ${title} · ${series.title}`;
    const root = /** @type {HTMLElement} */ (document.getElementById("editor"));
    root.replaceChildren(
      h("header", { class: "ck-edit-top" },
        h("div", { class: "ck-edit-name" }, h("p", {}, series.title), h("h1", {}, title)),
        h("div", { class: "ck-edit-actions" }, this.state, this.versionsButton, this.undoButton, this.saveButton)),
      h("nav", { class: "ck-edit-files", "aria-label": "Files" }, h("ul", {}, files.map((file) =>
        h("li", {}, h("a", { href: addressOf(file.name), "aria-current": file.name === name ? "page" : null }, file.name === "shared" ? "Shared" : `Session ${file.name.split("_")[1]}`))))),
      this.live, this.notices, this.summary,
      h("main", { class: "ck-edit-main" }, this.nav,
        h("section", { class: "ck-edit-work", id: "fields", tabindex: "-1", "aria-label": "Fields" }, this.heading, this.fields),
        h("aside", { class: "ck-edit-side-by", "aria-label": "Time and preview", tabindex: "0" },
          h("h2", {}, "Time"), this.budget, h("h2", {}, "What participants see"), this.preview.note, this.preview.place)));
    document.querySelector(".ck-edit-skip")?.addEventListener("click", (event) => {
      event.preventDefault();  // the address names what is selected
      this.heading.focus();
    });
    addEventListener("hashchange", () => this.select(this.#fromAddress()));
    addEventListener("beforeunload", (event) => this.keeper.isUnsent && event.preventDefault());
    const mine = this.keeper.others.find((draft) => draft.id === this.keeper.id);
    if (mine) {  // this page was reloaded
      this.#continue(mine);
      return;
    }
    this.#showNotices();
    this.redraw();
    this.#showState();
    this.#check();
  }

  // --- what fields call ---

  changed() {
    this.keeper.note(this.base, this.data);
    this.isDirty = true;
    this.#showState();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#check(), CHECK_AFTER_MS);
  }

  /** @param {string} sentence */
  announce(sentence) {
    this.live.textContent = sentence;
  }

  // Draw the fields again. The focus goes to `focus`, the key of a field or button, or stays where it was.
  /** @param {string} [focus] */
  redraw(focus = "") {
    const active = document.activeElement;
    const kept = focus || active?.getAttribute("data-focus") || active?.closest("[data-key]")?.getAttribute("data-key") || "";
    const hadFocus = focus || (active && (this.fields.contains(active) || this.nav.contains(active)));
    const open = new Set([...this.fields.querySelectorAll("details[open][data-open]")].map((one) => one.getAttribute("data-open")));
    this.#drawFields();
    for (const part of this.fields.querySelectorAll("details[data-open]")) if (open.has(part.getAttribute("data-open"))) part.setAttribute("open", "");
    this.#drawOutline();
    this.#showProblems();
    if (hadFocus && kept) this.#focus(kept);
  }

  /** @param {string} what */
  select(what) {
    this.selected = this.#knows(what) ? what : this.#first();
    if (location.hash.slice(1) !== this.selected) history.replaceState(null, "", `#${this.selected}`);
    this.#drawFields();
    this.#drawOutline();
    this.#showProblems();
    this.preview.clear();
    this.#check();
    if (matchMedia("(max-width: 70rem)").matches) this.heading.scrollIntoView();
  }

  // Select from the list of parts, which keeps the focus.
  /** @param {string} what */
  choose(what) {
    this.select(what);
    this.announce(`The fields of “${this.heading.textContent}” are shown.`);
  }

  // --- drawing ---

  #fromAddress() {
    const what = decodeURIComponent(location.hash.slice(1));
    return this.#knows(what) ? what : this.#first();
  }

  #first() {
    return this.data.segments ? nameOf(this.data.exercises.find((/** @type {E.Entry} */ one) => one.segment === "framing") ?? this.data.exercises[0]) : nameOf(this.data.exercises[0]);
  }

  /** @param {string} what */
  #knows(what) {
    if (this.data.segments && (what === "session" || this.data.segments[Number(what.split(".")[1]) - 1])) return true;
    return this.data.exercises.some((/** @type {E.Entry} */ entry) => nameOf(entry) === what);
  }

  get exercise() {
    return /** @type {E.Entry | undefined} */ (this.data.exercises.find((/** @type {E.Entry} */ entry) => nameOf(entry) === this.selected));
  }

  #drawFields() {
    const entry = this.exercise;
    this.#drawHeading();
    if (entry) {
      const shared = entry.use ? this.opened.shared[entry.use] ?? null : null;
      this.fields.replaceChildren(...present(exerciseFields(this, entry, shared, `exercises.${nameOf(entry)}`, this.opened.uses[nameOf(entry)])));
    } else if (this.selected === "session") {
      this.fields.replaceChildren(...present(sessionFields(this, this.data)));
    } else {
      const segment = this.data.segments[Number(this.selected.split(".")[1]) - 1];
      this.fields.replaceChildren(...present(segmentFields(this, segment, this.selected)));
    }
    if (this.isLocked) lockControls(this.fields);
  }

  // Draw a part of the page again. If it had the focus, the same button gets it, or the heading of the fields if the
  // button is gone.
  /**
   * @param {HTMLElement} part
   * @param {Node[]} nodes
   */
  #replace(part, nodes) {
    const focused = part.contains(document.activeElement) ? document.activeElement : null;
    part.replaceChildren(...nodes);
    part.hidden = nodes.length === 0;
    if (!focused) return;
    const name = focused.getAttribute("data-focus");
    const same = [...part.querySelectorAll("button")].find((button) => button.getAttribute("data-focus") === name);
    (same ?? this.heading).focus();
  }

  #drawHeading() {
    const entry = this.exercise ?? this.data.segments?.[Number(this.selected.split(".")[1]) - 1];
    this.heading.textContent = entry ? keyOrShared(entry, "title", this.opened.shared, "") || this.selected : "About the session";
  }

  #drawOutline() {
    /** @type {Map<string, number>} */
    const counts = new Map();
    for (const problem of this.problems.filter((one) => !one.where)) counts.set(placeOf(problem.key), (counts.get(placeOf(problem.key)) ?? 0) + 1);
    const focused = this.nav.contains(document.activeElement) ? document.activeElement?.getAttribute("data-focus") : null;
    this.nav.replaceChildren(outline(/** @type {any} */ (this), this.data, this.opened.shared, this.selected, counts, this.segments, this.isLocked));
    if (focused) this.#focus(focused);
  }

  #drawBudget() {
    const entry = this.exercise;
    const kind = entry ? keyOrShared(entry, "segment", this.opened.shared) : this.data.segments?.[Number(this.selected.split(".")[1]) - 1]?.kind;
    const segment = this.data.segments?.find((/** @type {E.Entry} */ one) => one.kind === kind);
    const time = this.segments.find((one) => one.kind === kind);
    const shown = [...(entry ? exerciseBudget(this.times[nameOf(entry)]) : []), segment && time && segmentBudget(segment.title ?? kind, time)];
    const all = this.segments.length > 0 && !segment ? this.segments.map((one) => segmentBudget(this.data.segments.find((/** @type {E.Entry} */ s) => s.kind === one.kind)?.title ?? one.kind, one)) : [];
    this.budget.replaceChildren(...present([...shown, ...all]));
    if (!this.budget.children.length) this.budget.append(h("p", { class: "ck-edit-hint" }, "The time is shown when the problems of this exercise are solved."));
  }

  #showProblems() {
    const left = showProblems(this.fields, this.problems.filter((one) => placeOf(one.key) === this.selected || one.where));
    const elsewhere = this.problems.filter((one) => !one.where && placeOf(one.key) !== this.selected);
    const blocking = this.problems.filter((one) => one.blocks).length;
    const listed = [...new Set([...left, ...elsewhere])];
    this.#replace(this.summary, this.problems.length === 0 ? [] : present([
      h("p", {}, h("b", {}, blocking ? `${blocking} ${blocking === 1 ? "problem" : "problems"} to solve before this can be saved.` : "Other files have problems."), blocking > 0 && listed.length < this.problems.length && " Each is shown beside its field."),
      listed.length > 0 && h("ul", {}, listed.map((problem) => h("li", {}, problem.where && h("span", {}, `${problem.where}: `), inPageWords(problem.sentence), " ",
        !problem.where && h("button", { type: "button", class: "ck-edit-quiet", "data-focus": `problem/${problem.key}`, "aria-label": `Go there: ${inPageWords(problem.sentence)}`, onclick: () => {
          this.select(placeOf(problem.key));
          this.#focus(problem.key);
        } }, "Go there")))),
    ]));
  }

  #showState() {
    const word = this.changes === 1 ? "change" : "changes";
    const dirty = this.isDirty;
    const blocking = this.problems.filter((one) => one.blocks).length;
    const solve = blocking ? `, ${blocking} ${blocking === 1 ? "problem" : "problems"} to solve` : "";
    const shown = this.trouble ? this.trouble
      : dirty ? `${this.changes || "Some"} unsaved ${this.changes ? word : "changes"}${solve}. Kept as a draft.`
        : this.savedAt ? `Saved ${atWhen(this.savedAt)}: a running server shows it after a restart.` : this.own ? "No unsaved changes." : "No unsaved changes. These are the texts that ship with the kit.";
    if (shown !== this.state.textContent) this.state.textContent = shown;
    this.#announceState(blocking);
    document.documentElement.classList.toggle("ck-edit-dirty", dirty);
    this.saveButton.setAttribute("aria-disabled", String(!dirty));
    this.undoButton.textContent = dirty ? "Discard changes" : "Undo the last save";
    this.undoButton.hidden = !dirty && this.version < 2;
  }

  // Announce trouble, problems, and saves, each once, and no counts of changes.
  /** @param {number} blocking */
  #announceState(blocking) {
    const isSaved = !this.isDirty && this.savedAt;
    const news = this.trouble || (blocking ? `${blocking} ${blocking === 1 ? "problem" : "problems"} to solve.` : isSaved ? this.state.textContent ?? "" : "");
    if (news === this.news) return;
    if (news) this.announce(news);
    else if (this.news.endsWith("to solve.")) this.announce("No problems to solve.");
    this.news = news;
  }

  #showNotices() {
    const { begun } = this.opened;
    const locked = this.isLocked && h("div", { class: "ck-edit-notice" },
      h("p", { id: "ck-edit-locked" }, `${begun.length > 1 ? "Sessions" : "Session"} ${joinWords(begun.map(String))} ${begun.length > 1 ? "have" : "has"} begun, so this content is locked.`),
      h("button", { type: "button", "data-focus": "unlock", onclick: async () => {
        if (!(await askBegun(begun))) return;
        this.unlocked = true;
        this.#showNotices();
        this.redraw();
      } }, "Change it anyway"));
    const drafts = this.keeper.others.map((draft) => h("div", { class: "ck-edit-notice" },
      h("p", {}, `There are unsaved changes of this file in another window or from earlier (last changed ${atWhen(draft.at)}).`),
      h("button", { type: "button", "data-focus": `continue/${draft.id}`, onclick: () => this.#continue(draft) }, "Continue with them"),
      h("button", { type: "button", class: "ck-edit-quiet", "data-focus": `discard/${draft.id}`, onclick: () => this.#discard(draft) }, "Discard them")));
    const newer = this.isNewer && h("div", { class: "ck-edit-notice" }, h("p", {}, "Someone else has saved this file since you opened it. When you save, you see both changes."));
    this.#replace(this.notices, present([locked, newer, ...drafts]));
    if (locked) this.fields.setAttribute("aria-describedby", "ck-edit-locked");
    else this.fields.removeAttribute("aria-describedby");
  }

  // --- drafts ---

  /** @param {E.KeptDraft} draft */
  #continue(draft) {
    this.keeper.adopt(draft);
    this.preview.draft = this.keeper.id;
    this.data = structuredClone(draft.data);
    this.base = draft.base;
    this.#showNotices();
    this.changed();
    this.select(this.selected);
    this.announce("You continue with the unsaved changes.");
  }

  /** @param {E.KeptDraft} draft */
  async #discard(draft) {
    const chosen = await ask("Discard the unsaved changes?", [h("p", {}, `Last changed ${atWhen(draft.at)}: they cannot be brought back.`)],
      [{ value: "", label: "Keep them", primary: true }, { value: "go", label: "Discard them" }]);
    if (chosen !== "go") return;
    await this.keeper.discard(draft.id);
    this.#showNotices();
  }

  // --- the server ---

  // Check now, or again after the check that is running.
  #check() {
    if (this.checking) {
      this.isDue = true;
      return;
    }
    this.checking = this.#runCheck().finally(() => {
      this.checking = undefined;
      this.#showState();
      if (this.isDue) {
        this.isDue = false;
        this.#check();
      }
    });
  }

  async #runCheck() {
    const sent = JSON.stringify(this.data);
    const selected = this.selected;
    try {
      const { found } = await request("check", { draft: this.keeper.id, base: this.base, data: this.data, exercise: this.exercise?.id ?? this.exercise?.use ?? "", keep: Boolean(this.isDirty) });
      this.trouble = "";
      const isCurrent = sent === JSON.stringify(this.data);
      if (isCurrent) this.keeper.isUnsent = false;
      this.#apply(/** @type {E.Checked} */ (found), selected, isCurrent);
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      this.trouble = error.message;
    }
  }

  /**
   * @param {E.Checked} checked
   * @param {string} selected
   * @param {boolean} isCurrent False if the user has typed since the check was sent
   */
  #apply(checked, selected, isCurrent) {
    this.problems = checked.problems;
    this.segments = checked.segments;
    this.times = checked.times;
    this.changes = checked.changes;
    this.#drawHeading();
    if (this.isNewer !== checked.newer) {
      this.isNewer = checked.newer;
      this.#showNotices();
    }
    if (isCurrent && this.isDirty && checked.changes === 0) {
      this.isDirty = false;
      this.keeper.discard(this.keeper.id);
    }
    this.#drawOutline();
    this.#showProblems();
    this.#drawBudget();
    if (selected !== this.selected) return;
    if (this.exercise) this.preview.show(checked.preview);
    else this.preview.clear();
  }

  async #save() {
    if (!this.isDirty) {
      this.announce("There is nothing to save.");
      return;
    }
    nameNewEntries(this.data, this.answers);
    await this.#send("save", () => ({ draft: this.keeper.id, base: this.base, data: this.data }));
  }

  /**
   * @param {string} action
   * @param {() => object} body
   */
  async #send(action, body) {
    clearTimeout(this.timer);
    this.isDue = false;
    this.fields.disabled = true;
    await this.checking;  // it keeps a draft, which must not follow the save
    try {
      const result = await save(action, { ...body(), unlocked: this.unlocked }, this.confirmed);
      if (result && "saved" in result) await this.#adoptSaved(result.saved);  // the fields stay disabled: it redraws them
      else if (result) {
        this.fields.disabled = false;
        this.problems = result.problems;
        this.redraw();
        const first = this.problems.find((one) => one.blocks && !one.where);
        if (first) {
          if (placeOf(first.key) !== this.selected) this.select(placeOf(first.key));
          this.#focus(first.key);
        }
        this.announce("Not saved: solve the problems first.");
      }
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      this.trouble = error.message;
      this.#showState();
    } finally {
      this.fields.disabled = false;
    }
  }

  /** @param {E.Saved} saved */
  async #adoptSaved(saved) {
    this.data = saved.data;
    this.base = saved.base;
    this.own = saved.own;
    this.version = saved.version;
    this.savedAt = new Date().toISOString();
    this.isDirty = false;
    this.trouble = "";
    this.confirmed.clear();
    await this.keeper.discard(this.keeper.id);
    if (!this.#knows(this.selected)) this.selected = this.#first();
    this.redraw();
    this.#showState();
    this.#check();
  }

  // Discard what is not saved, or undo the last save.
  async #undo() {
    if (this.isDirty) {
      const chosen = await ask("Discard your changes?", [h("p", {}, "The fields show what was saved last. Your changes cannot be brought back.")],
        [{ value: "", label: "Keep editing", primary: true }, { value: "go", label: "Discard them" }]);
      if (chosen !== "go") return;
      await this.keeper.discard(this.keeper.id);
      location.reload();
      return;
    }
    const { found } = await request("versions");
    const versions = /** @type {E.Version[]} */ (found.versions);
    const at = versions.findIndex((version) => version.live);
    const before = versions[at + 1];
    if (!before) return;
    const chosen = await ask("Undo the last save?", [h("p", {}, "These changes are taken back. You can restore them from the earlier versions."), changesList(versions[at].changes)],
      [{ value: "go", label: "Undo the save", primary: true }, { value: "", label: "Go back" }]);
    if (chosen === "go") await this.#send("restore", () => ({ draft: this.keeper.id, base: this.base, number: before.number }));
  }

  async #showVersions() {
    const { found } = await request("versions");
    const versions = /** @type {E.Version[]} */ (found.versions);
    const items = versions.map(({ number, at, live, changes }) => h("li", {},
      h("p", {}, h("b", {}, `Version ${number}`), ` ${atWhen(at)}${live ? " (now live)" : ""}`),
      changes.length > 0 ? changesList(changes) : h("p", { class: "ck-edit-hint" }, "The first version."),
      !live && h("button", { value: String(number), "aria-label": `Restore version ${number}` }, "Restore this version")));
    const chosen = await ask("Earlier versions", [this.isDirty && h("p", {}, "Save or discard your changes before you restore a version."), h("ol", { class: "ck-edit-versions", reversed: true }, items)],
      [{ value: "", label: "Close", primary: true }]);
    if (!chosen) return;
    if (this.isDirty) this.announce("Save or discard your changes first.");
    else await this.#send("restore", () => ({ draft: this.keeper.id, base: this.base, number: Number(chosen) }));
  }

  /** @param {string} key */
  #focus(key) {
    const exact = [...document.querySelectorAll(`[data-focus="${CSS.escape(key)}"]`)].find((one) => one instanceof HTMLElement);
    const field = exact ?? fieldOf(this.fields, key);
    if (!(field instanceof HTMLElement)) return;
    openAround(field);
    const control = field.matches("input, textarea, select, button") ? field
      : field.querySelector("input, textarea, select") ?? field.querySelector("button");
    if (control instanceof HTMLElement) control.focus();
  }
}

// Text that is locked can still be reached with the keyboard and read; other controls are disabled.
/** @param {HTMLElement} root */
function lockControls(root) {
  for (const control of root.querySelectorAll("input, textarea, select, button")) {
    const isText = control instanceof HTMLTextAreaElement || (control instanceof HTMLInputElement && control.type === "text");
    if (isText) control.readOnly = true;
    else control.setAttribute("disabled", "");
  }
}

/** @param {Array<Node | false | null | undefined | "">} nodes */
function present(nodes) {
  return /** @type {Node[]} */ (nodes.flat().filter(Boolean));
}

try {
  const { found } = await request("open");
  new Editor(found).start();
} catch (error) {
  const place = document.querySelector("#editor .ck-edit-loading");
  if (!(error instanceof ServiceError) || !place) throw error;
  place.textContent = error.message;
}

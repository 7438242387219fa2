// The console's one announcer for screen readers. In JupyterLab each panel is a bundle of its own, so they find it on
// the window.
import { Announcer } from "../shared/announcer.js";

/** @returns {Announcer} */
export function consoleAnnouncer() {
  const page = /** @type {Window & {ckConsoleAnnouncer?: Announcer}} */ (window);
  if (!page.ckConsoleAnnouncer) {
    page.ckConsoleAnnouncer = new Announcer("cluster-kit:console-announcements");
    document.body.append(page.ckConsoleAnnouncer.region);
  }
  return page.ckConsoleAnnouncer;
}

/** The chat beside another page: the list of rooms, and a room as on its own page, one in place of the other. */
import "chat/chat";

export function enhance(panel, { load, home }) {
  if (panel.dataset.isChat) return;
  panel.dataset.isChat = "1";
  panel.addEventListener("click", async (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    const room = event.target.closest("[data-chat-rooms] a.chat-room");
    const back = event.target.closest(".chat-back");
    if (!room && !back) return;
    event.preventDefault();
    await load(room ? `${room.pathname}/panel` : home);
    panel.querySelector(room ? "textarea" : "a.chat-room")?.focus();
  });
}

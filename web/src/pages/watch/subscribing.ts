import CalendarDialog from "../../lib/subscribe/CalendarDialog.svelte";
import SubscribeDialog from "../../lib/subscribe/SubscribeDialog.svelte";

/** What somebody asks to be told with, fetched when they do. */
export const dialogs = { CalendarDialog, SubscribeDialog };

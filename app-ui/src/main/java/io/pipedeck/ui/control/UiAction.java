package io.pipedeck.ui.control;

import org.jspecify.annotations.Nullable;
import org.kordamp.ikonli.Ikon;
import org.kordamp.ikonli.feather.Feather;

/**
 * Everything an operator can do, once: menu, toolbar, context menu and the list of shortcuts take
 * name, icon and keys from here.
 */
public enum UiAction {
  SEND("send", Feather.UPLOAD_CLOUD, "Shortcut+O", Danger.NONE),
  PASTE("paste", Feather.CLIPBOARD, "Shortcut+V", Danger.NONE),
  REFRESH("refresh", Feather.REFRESH_CW, "F5", Danger.NONE),
  TRY_AGAIN("tryAgain", Feather.REFRESH_CW, null, Danger.NONE),
  TRY_NOW("tryNow", Feather.REFRESH_CW, null, Danger.NONE),
  RETRY("retry", Feather.ROTATE_CW, "Shortcut+Shift+R", Danger.NONE),
  CANCEL("cancel", Feather.X_CIRCLE, "Shortcut+Shift+X", Danger.ENDS_WORK),
  COPY_ID("copyId", Feather.COPY, "Shortcut+Shift+C", Danger.NONE),
  COPY_VALUE("copyValue", Feather.CLIPBOARD, "Shortcut+C", Danger.NONE),
  COPY_JSON("copyJson", Feather.CODE, null, Danger.NONE),
  COPY_DETAILS("copyDetails", Feather.COPY, null, Danger.NONE),
  CLEAR_FILTERS("clearFilters", Feather.X, "Shortcut+Shift+F", Danger.NONE),
  SHOW_JOBS("showJobs", Feather.LIST, "Shortcut+1", Danger.NONE),
  SHOW_TRANSFERS("showTransfers", Feather.SEND, "Shortcut+2", Danger.NONE),
  NEXT_PANE("nextPane", Feather.COLUMNS, "F6", Danger.NONE),
  SHORTCUTS("shortcuts", Feather.COMMAND, "F1", Danger.NONE),
  QUIT("quit", Feather.LOG_OUT, "Shortcut+Q", Danger.NONE);

  /** What an action may cost. */
  public enum Danger {
    /** Nothing that could not be had again. */
    NONE,
    /** Work in progress ends. */
    ENDS_WORK
  }

  private final String key;
  private final Feather icon;
  private final @Nullable String shortcut;
  private final Danger danger;

  UiAction(String key, Feather icon, @Nullable String shortcut, Danger danger) {
    this.key = key;
    this.icon = icon;
    this.shortcut = shortcut;
    this.danger = danger;
  }

  /** Key of its name in the bundle. */
  public String textKey() {
    return "action." + key;
  }

  /** Its picture. */
  public Ikon icon() {
    return icon;
  }

  /** Its keys as {@code KeyCombination} reads them, null for none. */
  public @Nullable String shortcut() {
    return shortcut;
  }

  /** What it may cost. */
  public Danger danger() {
    return danger;
  }
}

package io.pipedeck.ui.send;

import java.util.Locale;
import org.kordamp.ikonli.Ikon;
import org.kordamp.ikonli.feather.Feather;

/** A picture by the ending of a name; only a hint, the backend goes by the content. */
final class FileIcons {
  private FileIcons() {}

  static Ikon of(String name) {
    String ending = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    return switch (ending) {
      case "pdf", "doc", "docx", "odt", "rtf", "txt", "md", "epub" -> Feather.FILE_TEXT;
      case "xls", "xlsx", "ods", "csv", "tsv" -> Feather.GRID;
      case "ppt", "pptx", "odp" -> Feather.MONITOR;
      case "png", "jpg", "jpeg", "tif", "tiff", "gif", "webp" -> Feather.IMAGE;
      case "eml", "msg", "mbox" -> Feather.MAIL;
      case "zip", "7z", "tar", "gz" -> Feather.ARCHIVE;
      case "html", "htm", "xml", "json" -> Feather.CODE;
      default -> Feather.FILE;
    };
  }
}

package io.pipedeck.parse;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.metadata.Property;
import org.apache.tika.metadata.TikaCoreProperties;
import org.apache.tika.mime.MediaType;
import org.jspecify.annotations.Nullable;

/** What is said of a document after its text was read. */
record DocumentSummary(
    MediaType type,
    Metadata metadata,
    BlockHandler handler,
    EmbeddedDocuments embedded,
    @Nullable Tesseract tesseract) {
  private static final MediaType LOCKED_OFFICE = MediaType.application("x-tika-ooxml-protected");
  private static final int MAX_METADATA_CHARS = 1_000;
  private static final int MAX_PAGES_NAMED = 20;

  Reply.Done done(boolean partly) {
    int pages = handler.pages();
    return new Reply.Done(
        opened().getBaseType().toString(),
        pages == 0 ? null : pages,
        text(TikaCoreProperties.TITLE),
        text(TikaCoreProperties.CREATOR),
        date(TikaCoreProperties.CREATED),
        date(TikaCoreProperties.MODIFIED),
        embedded.count(),
        warnings(partly));
  }

  /** Of an Office document behind a password only its parser knows what was in it. */
  private MediaType opened() {
    @Nullable MediaType inside = MediaType.parse(metadata.get(Metadata.CONTENT_TYPE));
    return type.equals(LOCKED_OFFICE) && inside != null ? inside : type;
  }

  private List<String> warnings(boolean partly) {
    List<String> warnings = new ArrayList<>();
    int without = handler.pagesWithoutText();
    if (without > 0) {
      warnings.add(withoutText(without, handler.pages()));
    }
    if (tesseract != null) {
      warnings.addAll(ofRecognition(tesseract));
    }
    handler.damagedPages().stream()
        .limit(MAX_PAGES_NAMED)
        .forEach(
            page -> warnings.add("Page " + page + " is damaged; some of its text may be missing"));
    int unread = metadata.getValues(TikaCoreProperties.EMBEDDED_EXCEPTION).length;
    if (unread > 0) {
      warnings.add(
          (unread == 1 ? "1 attachment" : unread + " attachments")
              + " could not be read: damaged, or protected by a password");
    }
    if (partly || metadata.get(TikaCoreProperties.TIKA_META_EXCEPTION_WARNING) != null) {
      warnings.add("Part of the document is damaged and could not be read; the rest was kept");
    }
    warnings.addAll(embedded.warnings());
    return warnings;
  }

  static String withoutText(int without, int pages) {
    return without == 1
        ? "1 of " + pages + " pages has no text"
        : without + " of " + pages + " pages have no text";
  }

  /** What a reader should know of text that was recognised. */
  static List<String> ofRecognition(Tesseract tesseract) {
    List<String> warnings = new ArrayList<>();
    int read = tesseract.read();
    if (read > 0) {
      warnings.add(
          (read == 1 ? "1 page was" : read + " pages were")
              + " read by text recognition, which may misread letters");
    }
    int skipped = tesseract.skipped();
    if (skipped > 0) {
      warnings.add(
          (skipped == 1 ? "1 page was" : skipped + " pages were")
              + " left out of text recognition: too large, too slow or too many");
    }
    return warnings;
  }

  private @Nullable String text(Property property) {
    @Nullable String value = metadata.get(property);
    if (value == null || value.isBlank()) {
      return null;
    }
    String stripped = value.replaceAll("\\p{Cntrl}", " ").strip();
    return Surrogates.repair(
        stripped.length() > MAX_METADATA_CHARS
            ? stripped.substring(0, MAX_METADATA_CHARS)
            : stripped);
  }

  private @Nullable Instant date(Property property) {
    @Nullable Date date = metadata.getDate(property);
    return date == null ? null : date.toInstant();
  }
}

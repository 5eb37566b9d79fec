package io.pipedeck.config;

import java.time.Duration;
import java.util.List;

/** How documents are read, and what is too much. */
final class ParseSettings {
  static final Setting<Integer> PARSE_PROCESSES =
      Setting.of(
              "parse-processes",
              "parse.processes",
              Kinds.perCore(256),
              "Parser processes at most; each takes one document at a time.")
          .preset("cores");

  static final Setting<Integer> PARSE_HEAP_MB =
      Setting.of(
              "parse-heap-mb",
              "parse.heapMb",
              Kinds.whole(64, 16_384, "MiB"),
              "Heap of each parser process.")
          .preset("256");

  static final Setting<Duration> PARSE_DEADLINE =
      Setting.of(
              "parse-deadline",
              "parse.deadline",
              ListKinds.duration(Duration.ofSeconds(1), Duration.ofDays(1)),
              "How long parsing one document may take.")
          .preset("2m");

  static final Setting<Integer> PARSE_MAX_TEXT_CHARS =
      Setting.of(
              "parse-max-text-chars",
              "parse.maxTextChars",
              Kinds.whole(1_000, 500_000_000, "characters"),
              "How much text one document may give.")
          .preset("20000000");

  static final Setting<Integer> PARSE_MAX_UNPACKED_MB =
      Setting.of(
              "parse-max-unpacked-mb",
              "parse.maxUnpackedMb",
              Kinds.whole(1, 102_400, "MiB"),
              "How much a packed document may unpack to.")
          .preset("1024");

  static final Setting<Integer> PARSE_RECYCLE_AFTER =
      Setting.of(
              "parse-recycle-after",
              "parse.recycleAfter",
              Kinds.whole(1, 1_000_000, "documents"),
              "After how many documents a parser process is replaced.")
          .preset("200");

  static final Setting<Integer> PARSE_MAX_RATIO =
      Setting.of(
              "parse-max-ratio",
              "parse.maxRatio",
              Kinds.whole(10, 100_000, ""),
              "How many times its size a packed document may unpack to, once that is over 32 MiB.")
          .preset("200");

  static final Setting<Integer> PARSE_MAX_NESTING =
      Setting.of(
              "parse-max-nesting",
              "parse.maxNesting",
              Kinds.whole(1, 20, "levels"),
              "How deep archives may lie in archives.")
          .preset("4");

  static final Setting<List<String>> OCR_LANGUAGES =
      Setting.of(
              "ocr-languages",
              "parse.ocr.languages",
              ListKinds.ocrLanguages(),
              "Languages of scanned pages, the likeliest first; those that Tesseract has are used.")
          .preset("eng,deu");

  static final Setting<String> OCR_COMMAND =
      Setting.of(
              "ocr-command",
              "parse.ocr.command",
              Kinds.token("a name on the PATH or a path, without blanks"),
              "The program Tesseract.")
          .preset("tesseract");

  static final Setting<Duration> OCR_PAGE_DEADLINE =
      Setting.of(
              "ocr-page-deadline",
              "parse.ocr.pageDeadline",
              ListKinds.duration(Duration.ofSeconds(1), Duration.ofHours(1)),
              "How long recognising one page may take.")
          .preset("1m");

  static final Setting<Integer> OCR_MAX_PAGES =
      Setting.of(
              "ocr-max-pages",
              "parse.ocr.maxPages",
              Kinds.whole(1, 100_000, "pages"),
              "How many pages of one document are recognised.")
          .preset("500");

  static final List<Setting<?>> ALL =
      List.of(
          PARSE_PROCESSES,
          PARSE_HEAP_MB,
          PARSE_DEADLINE,
          PARSE_MAX_TEXT_CHARS,
          PARSE_MAX_UNPACKED_MB,
          PARSE_RECYCLE_AFTER,
          PARSE_MAX_RATIO,
          PARSE_MAX_NESTING,
          OCR_LANGUAGES,
          OCR_COMMAND,
          OCR_PAGE_DEADLINE,
          OCR_MAX_PAGES);

  private ParseSettings() {}
}

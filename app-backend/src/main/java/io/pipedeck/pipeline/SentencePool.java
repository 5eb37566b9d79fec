package io.pipedeck.pipeline;

import io.pipedeck.pipeline.CleanDocument.Kind;
import io.pipedeck.pipeline.CleanDocument.Part;
import io.pipedeck.pipeline.Sentences.Range;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The sentences of a document that a summary may consist of, by what can be said against them. */
final class SentencePool {
  /**
   * Of a longer document every second is looked at, or every fourth …: it is as well known then.
   */
  private static final int MOST_LOOKED_AT = 4_000;

  private static final int MOST_WITH_A_FAULT = 200;

  private final CleanDocument document;
  private final Sentences sentences;
  private final SentenceCheck check;
  private final ThinnedRanges faultless;
  private final Map<Fault, ThinnedRanges> faulty = new EnumMap<>(Fault.class);

  private SentencePool(CleanDocument document, Sentences sentences, SentenceCheck check) {
    this.document = document;
    this.sentences = sentences;
    this.check = check;
    this.faultless = new ThinnedRanges(document.text(), MOST_LOOKED_AT);
  }

  /** Those of the document's paragraphs, up to its list of references. */
  static SentencePool of(CleanDocument document, Sentences sentences, SentenceCheck check) {
    var pool = new SentencePool(document, sentences, check);
    boolean open = false;
    for (Part part : document.parts()) {
      if (pool.beginsReferences(part)) {
        break;
      }
      if (part.kind() == Kind.PARAGRAPH) {
        open = pool.add(part, open);
      } else {
        open = false;
      }
    }
    return pool;
  }

  /** Those without a fault, in order. */
  List<Range> faultless() {
    return faultless.ranges();
  }

  /** Those with this fault, in order. */
  List<Range> with(Fault fault) {
    ThinnedRanges ranges = faulty.get(fault);
    return ranges == null ? List.of() : ranges.ranges();
  }

  private boolean beginsReferences(Part part) {
    return part.start() > document.text().length() / 3
        && Apparatus.isReferencesHeading(document.text().substring(part.start(), part.end()));
  }

  /**
   * Adds the sentences of a paragraph.
   *
   * @param open whether the text before it broke off within a sentence
   * @return whether this one does
   */
  private boolean add(Part part, boolean open) {
    List<Range> ranges = sentences.of(document.text(), part.start(), part.end());
    boolean cut = open;
    boolean runs = false;
    boolean breaksOff = false;
    for (Range whole : ranges) {
      Range range = SentenceStart.of(document.text(), whole);
      Optional<Fault> found = check.faultOf(text(range));
      if (found.isEmpty() || isUsable(found.get(), whole)) {
        boolean isRest = cut && found.isEmpty() && range.start() == whole.start();
        Optional<Fault> fault = isRest ? Optional.of(Fault.CUT) : found;
        fault.map(this::faulty).orElse(faultless).add(range);
      }
      cut = false;
      breaksOff = found.filter(SentencePool::isOpen).isPresent();
      runs |= !breaksOff;
    }
    // Only on a page is a paragraph parted from its rest; that a sentence ended in it shows that it
    // is none of a title's lines.
    return isPrinted() && runs && breaksOff;
  }

  private static boolean isOpen(Fault fault) {
    return fault == Fault.UNENDED || fault == Fault.FRAGMENT;
  }

  private boolean isUsable(Fault fault, Range range) {
    return fault.isBearable() && (fault != Fault.UNENDED || isWholeLine(range));
  }

  /** A line of a page may as well be part of a sentence. */
  private boolean isWholeLine(Range range) {
    String text = document.text();
    return !isPrinted()
        && (range.start() == 0 || text.charAt(range.start() - 1) == '\n')
        && (range.end() == text.length() || text.charAt(range.end()) == '\n');
  }

  private boolean isPrinted() {
    return !document.pageStarts().isEmpty();
  }

  private ThinnedRanges faulty(Fault fault) {
    return faulty.computeIfAbsent(
        fault, _ -> new ThinnedRanges(document.text(), MOST_WITH_A_FAULT));
  }

  private String text(Range range) {
    return document.text().substring(range.start(), range.end());
  }
}

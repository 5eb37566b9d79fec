package io.pipedeck.pipeline;

/** As much of a text as a model is to read: all of it, or its beginning and places all over it. */
final class Excerpt {
  private static final int MOST_CHARS = 24_000;
  private static final int BEGINNING_CHARS = 6_000;
  private static final int PLACES = 9;
  private static final String GAP = "\n\n[…]\n\n";

  private Excerpt() {}

  static String of(String text) {
    if (text.length() <= MOST_CHARS) {
      return text;
    }
    var excerpt = new StringBuilder(text.substring(0, cut(text, 0, BEGINNING_CHARS)));
    int each = (MOST_CHARS - BEGINNING_CHARS) / PLACES;
    int step = (text.length() - BEGINNING_CHARS - each) / (PLACES - 1);
    for (int place = 0; place < PLACES; place++) {
      int from = BEGINNING_CHARS + place * step;
      int start = Cuts.wordAt(text, from, Math.min(text.length(), from + each / 2));
      excerpt.append(GAP).append(text, start, cut(text, start, each));
    }
    return excerpt.toString();
  }

  private static int cut(String text, int start, int most) {
    return Cuts.before(text, start, text.length(), most);
  }
}

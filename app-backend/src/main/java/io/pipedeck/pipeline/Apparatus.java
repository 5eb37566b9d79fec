package io.pipedeck.pipeline;

import java.util.regex.Pattern;

/** What stands around the running text: references, captions, labels, addresses. */
final class Apparatus {
  private static final Pattern REFERENCE =
      Pattern.compile(
          "^\\[\\d+\\]|\\bet al\\.,? ?[(\\[]?\\d{4}|\\b(?:doi|isbn|issn|arxiv)\\b|\\bpp\\. ?\\d|\\bvol\\. ?\\d"
              + "|©|[-–—]\\d+\\.$|\\ball rights reserved\\b",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern ADDRESS =
      Pattern.compile(
          "\\b[a-z]{3,6}://|\\bwww\\.|\\S@\\S+\\.\\S|\\b[a-z\\d-]+\\.(?:com|org|net|edu|gov|nz|de|uk|info)\\b(?!\\.\\p{L})"
              + "|\\b(?:tel|fax|phone)\\.?: ?[+\\d(]",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern CAPTION =
      Pattern.compile(
          "^(?:fig(?:ure|\\.)?|table|tab\\.|abb(?:ildung|\\.)?|tabelle|tableau|whakaahua|ripanga) ?\\d",
          Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);

  /** Up to three words and a colon, before what has a beginning of its own. */
  private static final Pattern LABEL =
      Pattern.compile(
          "^[\\p{L}\\d'’-]+(?: [\\p{L}\\d'’./-]+){0,2}(?: \\([^)]*\\))?: ?[\\p{Lu}\\d(\"“„]");

  /** Words in capitals, then a sentence in small letters: a heading that ran into it. */
  private static final Pattern CAPITALS_BEFORE =
      Pattern.compile(
          "^\\p{Lu}{9,} \\p{Ll}|^(?:[\\p{Lu}\\d][\\p{Lu}\\d'’&-]+[.:]? ){2,}(?:[\\p{Lu}\\d]+: )?\\p{Lu}[\\p{Ll} ]");

  private static final Pattern REFERENCES_HEADING =
      Pattern.compile(
          "^(?:[\\dIVX]+[.)]? )?(?:references?|bibliography|works cited|literatur(?:verzeichnis)?|"
              + "quellen(?:verzeichnis)?|références|bibliographie|ngā tohutoro)\\.?$",
          Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);

  private Apparatus() {}

  /** Whether the rest of the document is a list of references. */
  static boolean isReferencesHeading(String line) {
    return line.length() < 60 && REFERENCES_HEADING.matcher(line.strip()).matches();
  }

  /** Whether it is an entry of such a list, cites like one, or holds an address. */
  static boolean isReference(String sentence) {
    return REFERENCE.matcher(sentence).find() || ADDRESS.matcher(sentence).find();
  }

  /** Whether it is, or begins with, a caption, a label or a heading in capitals. */
  static boolean isLabelled(String sentence) {
    return CAPTION.matcher(sentence).find()
        || LABEL.matcher(sentence).find()
        || CAPITALS_BEFORE.matcher(sentence).find()
        || isInCapitals(sentence);
  }

  private static boolean isInCapitals(String sentence) {
    long small = sentence.codePoints().filter(Character::isLowerCase).count();
    long capital = sentence.codePoints().filter(Character::isUpperCase).count();
    return capital > small;
  }
}

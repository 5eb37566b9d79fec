package io.pipedeck.pipeline;

/**
 * What keeps a sentence out of a summary. Those that are bearable are in the order in which a
 * document with too few better sentences puts up with them; the others never get in.
 */
enum Fault {
  /** Complete, but of three or four words. */
  SHORT(true),
  /**
   * Begins with, or soon has, a word that needs the sentence before: "However", "Dies", "Nā reira".
   */
  LEANING(true),
  /** Sends the reader elsewhere: "see equation (8)", "auf Seite 9". */
  POINTER(true),
  /** Asks instead of telling. */
  QUESTION(true),
  /** Has letters that stand for values: "M heißt diskret in X". */
  VARIABLES(true),
  /** Has no verb, as far as can be told. */
  VERBLESS(true),
  /** Begins where the text before it on the page breaks off. */
  CUT(true),
  /** A whole line that reads like a sentence, but for its end. */
  UNENDED(true),
  /** Has characters that could not be read, or that stand for a symbol of a lost font. */
  BROKEN(false),
  /** Its letters stand apart: "T h e h a r b o u r". */
  SPACED(false),
  /** Begins or ends within a sentence, or has too few words for one. */
  FRAGMENT(false),
  /** Is longer than a summary bears. */
  LONG(false),
  /** A bracket or quotation mark opens or closes without its other half. */
  UNBALANCED(false),
  /** Consists of numbers, signs or single letters more than of words. */
  FORMULA(false),
  /** Is, or begins with, a heading, a label or a caption: "Proof:", "Bemerkung 1 (", "Fig. 3". */
  LABEL(false),
  /** Belongs to a list of references, or is an address. */
  REFERENCE(false);

  private final boolean bearable;

  Fault(boolean bearable) {
    this.bearable = bearable;
  }

  /** Whether a summary may have it where there is nothing better. */
  boolean isBearable() {
    return bearable;
  }
}

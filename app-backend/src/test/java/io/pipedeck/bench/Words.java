package io.pipedeck.bench;

import java.util.Random;

/** Running text of common words, always the same from the same seed. */
final class Words {
  private static final String[] COMMON =
      ("the of and in a to was is on for harbour ship island report council water year people river"
              + " committee meeting budget school village government language history northern"
              + " between during several important published weather station railway bridge forest"
              + " question answer music teacher doctor market price")
          .split(" ", -1);

  private final Random random;

  Words(long seed) {
    this.random = new Random(seed);
  }

  /** Sentences of about so many characters in all. */
  String text(int chars) {
    var text = new StringBuilder();
    while (text.length() < chars) {
      text.append(sentence()).append(' ');
    }
    return text.toString().strip();
  }

  String sentence() {
    var sentence = new StringBuilder();
    int words = 8 + random.nextInt(12);
    for (int i = 0; i < words; i++) {
      String word = COMMON[random.nextInt(COMMON.length)];
      sentence.append(i == 0 ? Character.toUpperCase(word.charAt(0)) + word.substring(1) : word);
      sentence.append(i == words - 1 ? "." : " ");
    }
    return sentence.toString();
  }

  int number(int most) {
    return random.nextInt(most);
  }
}

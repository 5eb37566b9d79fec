package io.pipedeck.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DotEnvTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          A=b                  | b
          A = b                | b
          export A=b           | b
          A=b # comment        | b
          A=b#c                | b#c
          A=b=c                | b=c
          A=a b                | a b
          A="b # c" # comment  | b # c
          A='b # "c" $d \\n'   | b # "c" $d \\n
          A="it's"             | it's
          A="a\\"b\\\\c\\$d"   | a"b\\c$d
          A="a\\.b"            | a\\.b
          A=$B                 | $B
          """)
  void readsValuesAsShellsDo(String line, String value) {
    assertThat(DotEnv.read(line).values()).containsExactly(Map.entry("A", value));
    assertThat(DotEnv.read(line + "\r\n").values()).containsExactly(Map.entry("A", value));
  }

  @Test
  void skipsCommentsBlankLinesAndAByteOrderMark() {
    var content = DotEnv.read("\uFEFF# first\n\n  # second\nA=1\n\n   \nB=2");

    assertThat(content.values()).containsOnly(Map.entry("A", "1"), Map.entry("B", "2"));
    assertThat(content.complaints()).isEmpty();
  }

  @Test
  void emptyAndCommentedValuesAreEmpty() {
    assertThat(DotEnv.read("A=\nB=# nothing\nC=\"\"").values())
        .containsOnly(Map.entry("A", ""), Map.entry("B", ""), Map.entry("C", ""));
  }

  @Test
  void quotedValuesSpanLines() {
    var content = DotEnv.read("KEY=\"-----BEGIN\nabc\n-----END\"\nA=1");

    assertThat(content.values())
        .containsEntry("KEY", "-----BEGIN\nabc\n-----END")
        .containsEntry("A", "1");
  }

  @Test
  void theLastLineOfANameCounts() {
    assertThat(DotEnv.read("A=1\nA=2").values()).containsEntry("A", "2");
  }

  @Test
  void namesTheLinesThatItCannotReadAndReadsTheOthers() {
    var content = DotEnv.read("A=1\nno sign\nB=\"open\nC='x' y\n=z\nD=4\n");

    assertThat(content.complaints())
        .containsExactly(
            new DotEnv.Complaint(2, "has no ="),
            new DotEnv.Complaint(3, "has a quote that is never closed"),
            new DotEnv.Complaint(4, "goes on after its closing quote"),
            new DotEnv.Complaint(5, "has no name before its ="));
    assertThat(content.values()).containsEntry("A", "1").containsEntry("D", "4");
  }
}

package io.pipedeck.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import io.pipedeck.api.JobStatus;
import io.pipedeck.pipeline.Stage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** {@code docs/glossary.md} has the words that go over the wire, and each word once. */
class GlossaryTest {
  private static final Path DOCUMENT = Path.of("../docs/glossary.md");
  private static final Pattern WORD = Pattern.compile("^\\| ([a-z ]+) \\|", Pattern.MULTILINE);

  @Test
  void explainsEveryStatusAndStage() throws IOException {
    assertThat(words())
        .containsAll(Arrays.stream(JobStatus.values()).map(JobStatus::wireName).toList())
        .containsAll(Arrays.stream(Stage.values()).map(Stage::wireName).toList());
  }

  @Test
  void explainsNoWordTwice() throws IOException {
    assertThat(words().stream().filter(word -> !word.equals("word"))).doesNotHaveDuplicates();
  }

  private static List<String> words() throws IOException {
    return WORD.matcher(Files.readString(DOCUMENT)).results().map(match -> match.group(1)).toList();
  }
}

package io.pipedeck.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import io.pipedeck.api.JobStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** {@code docs/job-lifecycle.md} tells what {@link JobStatus#canBecome} does. */
class JobLifecycleDocumentTest {
  private static final Path DOCUMENT = Path.of("../docs/job-lifecycle.md");
  private static final Pattern ARROW = Pattern.compile("^ +(\\w+) --> (\\w+)", Pattern.MULTILINE);

  @Test
  void theTableIsTheMatrixOfTheEnum() throws IOException {
    Map<String, Boolean> fromEnum = new TreeMap<>();
    for (JobStatus from : JobStatus.values()) {
      for (JobStatus to : JobStatus.values()) {
        fromEnum.put(from.wireName() + " to " + to.wireName(), from.canBecome(to));
      }
    }

    assertThat(table()).containsExactlyInAnyOrderEntriesOf(fromEnum);
  }

  @Test
  void thePictureHasAnArrowForEachAllowedChange() throws IOException {
    List<String> arrows = new ArrayList<>();
    Matcher matcher = ARROW.matcher(Files.readString(DOCUMENT));
    while (matcher.find()) {
      arrows.add(matcher.group(1) + " to " + matcher.group(2));
    }
    var allowed = new TreeSet<String>();
    table().forEach((change, isAllowed) -> allowed.addAll(isAllowed ? List.of(change) : List.of()));

    assertThat(arrows).containsExactlyInAnyOrderElementsOf(allowed);
  }

  private static Map<String, Boolean> table() throws IOException {
    List<String> lines = Files.readAllLines(DOCUMENT);
    int head =
        lines.indexOf(lines.stream().filter(l -> l.startsWith("| from")).findFirst().orElseThrow());
    List<String> columns = cells(lines.get(head));
    Map<String, Boolean> changes = new LinkedHashMap<>();
    for (int row = head + 2; lines.get(row).startsWith("|"); row++) {
      List<String> cells = cells(lines.get(row));
      for (int column = 1; column < columns.size(); column++) {
        assertThat(cells.get(column)).isIn("yes", "–");
        changes.put(
            cells.getFirst() + " to " + columns.get(column), cells.get(column).equals("yes"));
      }
    }
    return changes;
  }

  private static List<String> cells(String row) {
    return Arrays.stream(row.substring(1).split("\\|")).map(String::strip).toList();
  }
}

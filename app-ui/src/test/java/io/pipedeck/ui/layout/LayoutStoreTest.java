package io.pipedeck.ui.layout;

import static org.assertj.core.api.Assertions.assertThat;

import io.pipedeck.ui.contract.TestTasks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayoutStoreTest {
  private static final Layout CHANGED =
      new Layout(
          new Layout.Bounds(10, 20, 1200, 700, true),
          0.4,
          List.of(new Layout.Column("file", 321, true), new Layout.Column("id", 90, false)),
          "dark",
          "transfers",
          new Layout.Filter("failed", null, "legal"));

  @TempDir Path folder;

  private final TestTasks tasks = new TestTasks();

  @Test
  void writesOnceAQuietSecondAfterTheLastChangeAndReadsItBack() {
    var store = new LayoutStore(folder.resolve("new/home"), tasks);
    int[] asked = {0};
    for (int i = 0; i < 5; i++) {
      store.changed(
          () -> {
            asked[0]++;
            return CHANGED;
          });
      tasks.advance(Duration.ofMillis(900));
    }
    assertThat(asked[0]).isZero();

    tasks.advance(Duration.ofSeconds(1));

    assertThat(asked[0]).isEqualTo(1);
    assertThat(new LayoutStore(folder.resolve("new/home"), tasks).read()).isEqualTo(CHANGED);
  }

  @Test
  void leavesNoTemporaryFileBehind() throws IOException {
    new LayoutStore(folder, tasks).writeNow(CHANGED);
    new LayoutStore(folder, tasks).writeNow(Layout.FIRST);

    try (var files = Files.list(folder)) {
      assertThat(files).extracting(Path::getFileName).containsExactly(Path.of(LayoutStore.NAME));
    }
  }

  @Test
  void aBrokenFileIsPutAsideAndTheFirstLayoutUsed() throws IOException {
    for (String broken : List.of("{\"window\": ", "[]", "{\"columns\": null}")) {
      Files.writeString(folder.resolve(LayoutStore.NAME), broken);

      assertThat(new LayoutStore(folder, tasks).read()).isEqualTo(Layout.FIRST);
      assertThat(folder.resolve(LayoutStore.NAME + ".broken")).hasContent(broken);
    }
  }

  @Test
  void withoutAFileItIsTheFirstStart() {
    assertThat(new LayoutStore(folder, tasks).read()).isEqualTo(Layout.FIRST);
  }
}

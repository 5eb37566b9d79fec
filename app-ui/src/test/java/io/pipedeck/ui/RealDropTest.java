package io.pipedeck.ui;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pipedeck.ui.contract.ContractStub;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real drag from a file manager onto the real window. Needs Xvfb, openbox, dbus-run-session,
 * xdotool and pcmanfm; skipped, with their names, where one is missing.
 */
class RealDropTest {
  private static final int WINDOW_X = 10;
  private static final int WINDOW_Y = 30;
  private static final int TRIES = 3;

  /** Where the first icon lies in a file manager whose window is placed as below. */
  private static final int ICON_X = 1224;

  private static final int ICON_Y = 158;
  private static final Path PICTURES = Path.of("target", "screenshots");

  @TempDir Path folder;

  @Test
  void filesDraggedFromAFileManagerOpenTheSheetAndAreSent() throws Exception {
    List<String> missing = VirtualDesktop.missingTools();
    assumeTrue(missing.isEmpty(), () -> "No real drop on this machine; missing: " + missing);
    Path dropped = Files.createDirectory(folder.resolve("dropped"));
    Files.writeString(dropped.resolve("Ngā tuhinga.txt"), "Kia ora koutou.");
    Files.createDirectories(PICTURES);
    var arrived = new CountDownLatch(1);
    try (var stub = ContractStub.start();
        var desktop = new VirtualDesktop(folder)) {
      stub.onEnqueue(_ -> arrived.countDown());
      startConsole(desktop, stub);
      String console = desktop.window("^Pipedeck$");
      String files = openFileManager(desktop, dropped);
      for (int i = 0; i < TRIES && arrived.getCount() > 0; i++) {
        desktop.place(files, 1015, 40, 370, 400);
        desktop.drag(ICON_X, ICON_Y, WINDOW_X + 450, WINDOW_Y + 350);
        desktop.picture(PICTURES.resolve("real-drop.png"));
        confirm(desktop, console, arrived);
      }

      assertThat(arrived.getCount()).as("uploads on their way").isZero();
      assertThat(stub.uploads())
          .extracting(ContractStub.ReceivedUpload::filename, ContractStub.ReceivedUpload::queue)
          .containsExactly(org.assertj.core.groups.Tuple.tuple("Ngā tuhinga.txt", "auto"));
    }
  }

  /** Enter sends what the sheet holds, once it is there; before that it does nothing. */
  private static void confirm(VirtualDesktop desktop, String console, CountDownLatch arrived)
      throws IOException, InterruptedException {
    for (int i = 0; i < 10 && arrived.getCount() > 0; i++) {
      desktop.key(console, "Return");
      if (arrived.await(1, TimeUnit.SECONDS)) {
        return;
      }
    }
  }

  private void startConsole(VirtualDesktop desktop, ContractStub stub) throws IOException {
    Path home = Files.createDirectory(folder.resolve("home"));
    Path token = Files.writeString(folder.resolve("token"), stub.token());
    Files.writeString(
        home.resolve("console.json"),
        """
        {"window": {"x": %d, "y": %d, "width": 990, "height": 700, "maximized": false},
         "detail_share": 0.6, "columns": [], "appearance": "light", "screen": "jobs",
         "filter": {}}
        """
            .formatted(WINDOW_X, WINDOW_Y));
    desktop.startOnDisplay(
        "console",
        Map.of("PIPEDECK_HOME", home.toString(), "LC_ALL", "C.UTF-8"),
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "--enable-native-access=ALL-UNNAMED",
        "-Dprism.order=sw",
        "-cp",
        System.getProperty("java.class.path"),
        Launcher.class.getName(),
        "--server",
        stub.url().toString(),
        "--token-file",
        token.toString());
  }

  private String openFileManager(VirtualDesktop desktop, Path shown)
      throws IOException, InterruptedException {
    Path runtime =
        Files.createDirectory(
            folder.resolve("run"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Path config = Files.createDirectory(folder.resolve("config"));
    desktop.startOnDisplay(
        "pcmanfm",
        Map.of("XDG_RUNTIME_DIR", runtime.toString(), "XDG_CONFIG_HOME", config.toString()),
        "dbus-run-session",
        "--",
        "pcmanfm",
        "--no-desktop",
        shown.toString());
    return desktop.window("^dropped");
  }
}

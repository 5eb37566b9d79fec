package io.pipedeck.ui.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The rules of the console's structure that a compiler can't hold. */
class ConsoleArchitectureTest {
  private static final JavaClasses CONSOLE =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.pipedeck.ui");

  @Test
  void ofTheBackendTheConsoleKnowsOnlyTheWire() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.pipedeck.app..",
            "io.pipedeck.cli..",
            "io.pipedeck.config..",
            "io.pipedeck.db..",
            "io.pipedeck.document..",
            "io.pipedeck.embed..",
            "io.pipedeck.embedded..",
            "io.pipedeck.events..",
            "io.pipedeck.http..",
            "io.pipedeck.job..",
            "io.pipedeck.metrics..",
            "io.pipedeck.mirror..",
            "io.pipedeck.parse..",
            "io.pipedeck.pipeline..",
            "io.pipedeck.queue..",
            "io.pipedeck.reconcile..",
            "io.pipedeck.security..",
            "io.pipedeck.worker..")
        .check(CONSOLE);
    classes()
        .should()
        .onlyDependOnClassesThat(
            com.tngtech.archunit.base.DescribedPredicate.describe(
                "are of the console, of io.pipedeck.api, or not ours",
                type ->
                    !type.getPackageName().startsWith("io.pipedeck")
                        || type.getPackageName().equals("io.pipedeck.api")
                        || type.getPackageName().startsWith("io.pipedeck.ui")))
        .check(CONSOLE);
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching("io.pipedeck.ui.(*)..").should().beFreeOfCycles().check(CONSOLE);
    noClasses()
        .that()
        .resideOutsideOfPackage("io.pipedeck.ui")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.pipedeck.ui")
        .check(CONSOLE);
  }

  @Test
  void viewModelsKnowNoScene() {
    classes()
        .that()
        .haveSimpleNameEndingWith("ViewModel")
        .or()
        .haveSimpleNameEndingWith("Model")
        .or()
        .resideInAnyPackage(
            "io.pipedeck.ui.connection", "io.pipedeck.ui.text", "io.pipedeck.ui.backend")
        .should()
        .onlyDependOnClassesThat()
        .resideOutsideOfPackages(
            "javafx.scene..", "javafx.stage..", "javafx.application..", "javafx.fxml..")
        .check(CONSOLE);
  }

  @Test
  void onlyFxTasksTouchesTheToolkitsThreads() {
    noClasses()
        .that()
        .doNotHaveSimpleName("FxTasks")
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("javafx.application.Platform")
        .orShould()
        .dependOnClassesThat()
        .resideInAPackage("javafx.concurrent..")
        .check(CONSOLE);
  }

  @Test
  void noClassWaitsOrReadsTheClockByItself() {
    noClasses()
        .should()
        .callMethod(Thread.class, "sleep", long.class)
        .orShould()
        .callMethod(Thread.class, "sleep", java.time.Duration.class)
        .orShould()
        .callMethod(java.time.Instant.class, "now")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .check(CONSOLE);
  }

  @Test
  void looksComeFromStyleSheetsOnly() {
    noClasses()
        .should()
        .callMethod(javafx.scene.Node.class, "setStyle", String.class)
        .orShould()
        .callMethod(javafx.scene.control.PopupControl.class, "setStyle", String.class)
        .check(CONSOLE);
  }

  @Test
  void noPackageIsAKitchenDrawer() {
    noClasses()
        .should()
        .resideInAnyPackage(
            "..util..", "..utils..", "..common..", "..helper..", "..helpers..", "..impl..")
        .check(CONSOLE);
  }
}

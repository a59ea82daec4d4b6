"""`payproof snippet`: code that signs under a scheme, in another language."""

from __future__ import annotations

import click

from payproof.cli.exit_codes import ExitCode
from payproof.cli.scheme_options import SchemeOptions, scheme_options


@click.command()
@scheme_options
@click.option(
    "--lang", required=True, type=click.Choice(["python", "node", "php", "java", "go"]), help="Language."
)
def snippet(chosen: SchemeOptions, lang: str) -> ExitCode:
    """Print code that signs under SCHEME in another language, with nothing but that language's own library.

    It is generated from the scheme's recipe, and each was run against the published vectors; what never
    was is refused.
    """
    from payproof.cli.scheme_options import choose_recipe, load_spec
    from payproof.signing.snippets.write import snippet as write

    recipe = choose_recipe(chosen, load_spec(chosen.gateway))
    click.echo(write(recipe, lang), nl=False)
    return ExitCode.CLEAN

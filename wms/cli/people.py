"""Commands about people: the first administrator."""

import click

from wms import users
from wms.cli import Setting, main
from wms.kernel.errors import WmsError
from wms.kernel.ids import new_id


@main.group()
def user() -> None:
    """Accounts."""


@user.command("add")
@click.option("--administrator", is_flag=True, required=True, help="the first administrator of an empty system")
@click.option("--name", prompt="Account name / 账号")
@click.option("--person", prompt="Person's name / 姓名")
@click.option("--store-code", prompt="Code of the store, e.g. CS / 冷库代码")
@click.option("--store-name", prompt="Name of the store / 冷库名称")
@click.password_option(prompt="Password / 密码")
@click.pass_obj
def add(setting: Setting, /, administrator: bool, **answers: str) -> None:
    """Make the first administrator; everybody else is made by an administrator on the pages."""
    database, moment = setting.database(), setting.clock()
    request = users.FirstAdministratorRequest(
        id=new_id(moment), name=answers["name"], password=answers["password"], person_name=answers["person"],
        store_code=answers["store_code"], store_name=answers["store_name"],
    )  # fmt: skip
    try:
        users.create_first_administrator(database, request, at=moment)
    except WmsError as error:
        raise click.ClickException(f"{error.sentence('en')} / {error.sentence('zh')}") from error
    finally:
        database.close()
    click.echo(f"{answers['name']} may sign in. / {answers['name']} 可以登录了。")

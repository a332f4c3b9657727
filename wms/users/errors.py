"""What can be refused about accounts and signing in. Who is signing in learns no more than that it failed."""

from wms.kernel.errors import Forbidden, Invalid, NotFound, Refused, Unavailable


class AccountNotFound(NotFound):
    """No such account."""

    code = "account_not_found"
    en = "There is no such account."
    zh = "没有此账号。"


class CredentialNotFound(NotFound):
    """No such badge, key or gateway."""

    code = "credential_not_found"
    en = "There is no such credential: {kind}."
    zh = "没有此凭证: {kind}。"


class FieldInvalid(Invalid):
    """A field cannot have this value."""

    code = "account_field_invalid"
    en = "This value is not valid: {field}."
    zh = "此项内容有误: {field}。"


class PasswordWeak(Invalid):
    """Too short, too long, too common, or the account's own name."""

    code = "password_weak"
    en = "Choose another password: {shortest} to {longest} characters, not a common one and not your own name."
    zh = "请更换密码: {shortest} 至 {longest} 个字符, 不能是常见密码或自己的名字。"


class PinWeak(Invalid):
    """Not six digits, or too easy to guess."""

    code = "pin_weak"
    en = "Choose another PIN: six digits, not all the same and not in sequence."
    zh = "请更换 PIN: 六位数字, 不能全部相同或连续。"


class InvitationInvalid(Refused):
    """Unknown, used or expired."""

    code = "invitation_invalid"
    en = "This invitation is not valid any more; ask for a new one."
    zh = "此邀请已失效, 请重新索取。"


class SessionOver(Forbidden):
    """The session has ended, was idle too long, or its account may not act any more."""

    code = "session_over"
    en = "Your session has ended. Please sign in again."
    zh = "登录已失效, 请重新登录。"


class KeyRefused(Forbidden):
    """A program's key or a gateway's password is unknown, wrong, revoked or expired; which one is not said."""

    code = "key_refused"
    en = "This key is not valid."
    zh = "密钥无效。"


class TerminalLocked(Forbidden):
    """The shared terminal is signed in, but nobody stands behind it now."""

    code = "terminal_locked"
    en = "This terminal is locked: scan your badge or enter your PIN."
    zh = "终端已锁定, 请扫描工牌或输入 PIN。"


class SignInFailed(Forbidden):
    """Name, password or code is wrong; which one is not said."""

    code = "sign_in_failed"
    en = "Signing in failed: the name, password or code is wrong, or the account is not in use."
    zh = "登录失败: 账号、密码或验证码有误, 或账号已停用。"


class SecondFactorNeeded(Forbidden):
    """The password was right; a one-time code is asked for."""

    code = "second_factor_needed"
    en = "Enter the one-time code of your authenticator."
    zh = "请输入动态验证码。"


class PhoneCodeWrong(Forbidden):
    """Wrong, used, expired, tried too often, or never sent; which is not said."""

    code = "phone_code_wrong"
    en = "The code is wrong or no longer valid. Ask for a new one."
    zh = "验证码错误或已失效, 请重新获取。"


class SwitchFailed(Forbidden):
    """Badge, name or PIN is wrong; which one is not said."""

    code = "switch_failed"
    en = "The badge, name or PIN is wrong."
    zh = "工牌、账号或 PIN 有误。"


class PinLocked(Forbidden):
    """Too many wrong PINs."""

    code = "pin_locked"
    en = (
        "This PIN is locked after {tries} wrong tries: use your badge, or sign in with your password and set a new PIN."
    )
    zh = "PIN 连续输错 {tries} 次已锁定, 请使用工牌, 或用密码登录后重设 PIN。"


class TooManyAttempts(Unavailable):
    """Rate limited."""

    code = "too_many_attempts"
    en = "Too many attempts. Try again in {retry_after_s} seconds."
    zh = "尝试次数过多, 请在 {retry_after_s} 秒后重试。"


class NotOwnAccount(Forbidden):
    """Only the account's own human may do this."""

    code = "not_own_account"
    en = "Only the account's owner may do this."
    zh = "只有账号本人可以执行此操作。"


class OwnRoles(Forbidden):
    """Nobody widens their own rights."""

    code = "own_roles"
    en = "Nobody can change their own roles; ask another administrator."
    zh = "不能更改自己的角色, 请由另一位管理员操作。"


class NameTaken(Refused):
    """Another account or gateway has the name or phone."""

    code = "account_name_taken"
    en = "{taken} is already in use."
    zh = "{taken} 已被使用。"


class RolesConflict(Refused):
    """Valuing goes with neither trading nor lending, over all accounts of one person."""

    code = "roles_conflict"
    en = "A person cannot both value goods and trade or lend: {role} conflicts with another role of this person."
    zh = "同一人不能既估值又交易或放款: 角色 {role} 与其已有角色冲突。"


class NotEmployed(Refused):
    """The account's person does not work there on this day."""

    code = "not_employed"
    en = "This employment does not hold today or belongs to somebody else."
    zh = "此任职今日无效或不属于此人。"


class AccountClosed(Refused):
    """Closed for good."""

    code = "account_closed"
    en = "This account has been closed."
    zh = "此账号已注销。"


class RoleUnfit(Refused):
    """A machine's role for a human, a human's for a machine, or staff's for an outsider."""

    code = "role_unfit"
    en = "The role {role} does not fit this account."
    zh = "角色 {role} 不适用于此账号。"


class ScopesTooWide(Refused):
    """A key may do at most what its account may."""

    code = "scopes_too_wide"
    en = "The key would be allowed more than its account: {permission}."
    zh = "密钥权限超出其账号权限: {permission}。"


class CredentialRevoked(Refused):
    """Revoked before."""

    code = "credential_revoked"
    en = "This credential has been revoked already."
    zh = "此凭证已被吊销。"


class AdministratorExists(Refused):
    """The first administrator is made once."""

    code = "administrator_exists"
    en = "There is an administrator already; ask them for an account."
    zh = "管理员已存在, 请向管理员申请账号。"


class TerminalNotAllowed(Refused):
    """Shared terminals are for the store's own staff."""

    code = "terminal_not_allowed"
    en = "Only the store's own staff may use a shared terminal."
    zh = "共享终端仅限本库员工使用。"


class NotATerminal(Refused):
    """People switch only at shared terminals."""

    code = "not_a_terminal"
    en = "People can be switched only at a shared terminal."
    zh = "只有共享终端可以切换人员。"


class SecondFactorRefused(Refused):
    """It is set already, or was not begun."""

    code = "second_factor_refused"
    en = "The authenticator cannot be set up now: {reason}."
    zh = "现在无法设置动态验证: {reason}。"
